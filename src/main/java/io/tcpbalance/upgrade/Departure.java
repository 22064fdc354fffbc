package io.tcpbalance.upgrade;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.bootstrap.Successor;
import io.tcpbalance.metrics.Tallies;
import io.tcpbalance.proxy.Bequest;
import io.tcpbalance.proxy.Heir;
import io.tcpbalance.proxy.Past;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.Succession;
import io.tcpbalance.relay.Surrendered;
import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.dispatch.ExecutionContexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContext;

/** How this generation is followed by another. Serves one upgrade. */
public final class Departure implements Predecessor, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

  private static final Duration BEQUEST_TIMEOUT = Duration.ofSeconds(4);

  /**
   * While a successor begins nobody is served, and a client that waits notices nothing yet; it is a
   * hundred times what it needs.
   */
  private static final Duration BEGIN_TIMEOUT = Duration.ofSeconds(5);

  /** Nothing waits for a successor that loads but operators: those wait for two minutes. */
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

  /** With one thing that the successor gets. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  /** The successor waits for them itself, but less long. */
  private static final Duration INTERFACES_TIMEOUT = Duration.ofSeconds(15);

  private static final ExecutionContext DIRECTLY = ExecutionContexts.fromExecutor(Runnable::run);

  private enum Stage {
    EXPECTED,
    BEGINNING,
    FOLLOWED,
    GIVEN_UP
  }

  /** What of a generation is no proxy. */
  public interface House {

    /** What is to be kept open beside the doors, by name. */
    Map<String, Channel> channels();

    /** The successor serves: what {@link #channels} named is not this generation's any more. */
    void disown();

    /** From now on others may bind the addresses of the interfaces. */
    void shareAddresses() throws IOException;

    /**
     * What the interfaces remember, which are still asked for a moment.
     *
     * @param told what happens at them from then on; does not block
     */
    Remembered bequeath(Consumer<Remembered.News> told);

    /** The successor stands in the cluster for all that there is here. */
    void leaveCluster();
  }

  private final Handover served;
  private final Map<String, ActorRef<ProxySupervisor.Command>> proxies;
  private final House house;
  private final Scheduler scheduler;
  private final Duration beginTimeout;
  private final Duration interfacesTimeout;
  private final Courier courier;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.EXPECTED);
  private volatile Consumer<String> givenUp = reason -> {};
  private volatile @Nullable Successor followedBy;

  public Departure(
      Handover served,
      Map<String, ActorRef<ProxySupervisor.Command>> proxies,
      House house,
      Scheduler scheduler) {
    this(served, proxies, house, scheduler, BEGIN_TIMEOUT, PATIENCE, INTERFACES_TIMEOUT);
  }

  /** One with another patience with a successor that begins, takes things or opens interfaces. */
  Departure(
      Handover served,
      Map<String, ActorRef<ProxySupervisor.Command>> proxies,
      House house,
      Scheduler scheduler,
      Duration beginTimeout,
      Duration patience,
      Duration interfacesTimeout) {
    this.beginTimeout = beginTimeout;
    this.interfacesTimeout = interfacesTimeout;
    courier = new Courier(patience, scheduler);
    this.served = served;
    this.proxies = Map.copyOf(proxies);
    this.house = house;
    this.scheduler = scheduler;
  }

  @Override
  public byte[] description() {
    Successor successor = followedBy;
    if (successor == null) {
      return SnapshotFormat.write(served);
    }
    Remembered remembered = house.bequeath(news -> tell(MemoryFormat.write(news), successor));
    return SnapshotFormat.write(served, remembered);
  }

  /**
   * Waits for the successor no longer than that.
   *
   * @param giveUp is told why, and sees to it that the successor is told so; by any thread
   */
  public void expect(Consumer<String> giveUp) {
    scheduler.scheduleOnce(
        READY_TIMEOUT,
        () -> {
          if (stage.compareAndSet(Stage.EXPECTED, Stage.GIVEN_UP)) {
            giveUp.accept("it was not ready within " + READY_TIMEOUT.toSeconds() + " s");
          }
        },
        DIRECTLY);
    givenUp = giveUp;
  }

  @Override
  public void handOver(Successor successor) throws Exception {
    long frozenAtNanos = System.nanoTime();
    changePlaces(successor);
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - frozenAtNanos);
    LOG.info("handed over; nothing was granted for {} ms", ms);
    openInterfaces(successor);
  }

  /** The step after which the successor serves clients. */
  void changePlaces(Successor successor) throws Exception {
    if (!stage.compareAndSet(Stage.EXPECTED, Stage.BEGINNING)) {
      throw new IOException("it is not waited for any more");
    }
    try {
      begin(successor);
    } catch (Throwable e) {
      keepAll(e.toString());
      throw e;
    }
    if (!stage.compareAndSet(Stage.BEGINNING, Stage.FOLLOWED)) {
      throw new IOException("it is not waited for any more");
    }
    followedBy = successor;
    house.disown();
    proxies.forEach((name, proxy) -> proxy.tell(new Succession.GiveAway(heir(name, successor))));
    courier.send("the order to open its doors", successor::openDoors, () -> {});
  }

  private void begin(Successor successor) throws Exception {
    Map<String, Bequest> bequests = bequests();
    Map<String, Channel> channels = new HashMap<>(house.channels());
    bequests.forEach((name, b) -> channels.put(SnapshotFormat.door(name), b.door()));
    scheduler.scheduleOnce(
        beginTimeout,
        () -> keepAll("it did not begin to serve within " + beginTimeout.toMillis() + " ms"),
        DIRECTLY);
    successor.begin(SnapshotFormat.write(bequests), channels);
  }

  /** Nobody waits for the successor any more, unless it serves; a second call changes nothing. */
  private void keepAll(String reason) {
    if (stage.compareAndSet(Stage.BEGINNING, Stage.GIVEN_UP)) {
      proxies.values().forEach(proxy -> proxy.tell(Succession.KeepAll.INSTANCE));
      givenUp.accept(reason);
    }
  }

  private Map<String, Bequest> bequests() throws IOException {
    Map<String, CompletionStage<Bequest>> asked = new LinkedHashMap<>();
    proxies.forEach(
        (name, proxy) ->
            asked.put(
                name,
                AskPattern.askWithStatus(
                    proxy, Succession.Bequeath::new, BEQUEST_TIMEOUT, scheduler)));
    Map<String, Bequest> bequests = new HashMap<>();
    for (Map.Entry<String, CompletionStage<Bequest>> e : asked.entrySet()) {
      try {
        bequests.put(e.getKey(), e.getValue().toCompletableFuture().join());
      } catch (CompletionException failed) {
        String reason = String.valueOf(failed.getCause());
        throw new IOException("proxy " + e.getKey() + " cannot be handed over: " + reason, failed);
      }
    }
    return bequests;
  }

  /** Relay loops and actors call it, which must outlive whatever the new code does. */
  private Heir heir(String proxy, Successor successor) {
    return new Heir() {
      @Override
      public void adopt(Surrendered client, Past past) {
        PastFormat.Client told =
            new PastFormat.Client(proxy, past, client.inputEnded(), client.heardBytes());
        courier.send("a client", () -> give(told, client, successor), client::discard);
      }

      @Override
      public void learn(Balancer.LeaseFact fact) {
        tell(NewsFormat.write(new NewsFormat.News(proxy, fact)), successor);
      }

      @Override
      public void count(Tallies more) {
        tell(NewsFormat.write(proxy, more), successor);
      }
    };
  }

  private void tell(byte[] news, Successor successor) {
    courier.send("news", () -> successor.tell(news), () -> {});
  }

  private static void give(PastFormat.Client told, Surrendered client, Successor successor) {
    successor.adopt(
        PastFormat.write(told),
        client.channel(),
        client.received(),
        client.lastAnswer(),
        client.copied());
  }

  /** Clients are served by now: whatever goes wrong here is told and no more. */
  private void openInterfaces(Successor successor) {
    try {
      house.shareAddresses();
    } catch (IOException e) {
      LOG.warn("the interfaces' addresses are not shared, they move a moment later", e);
    }
    try {
      CompletableFuture.runAsync(
              successor::openInterfaces,
              opening -> new Thread(opening, "interfaces-of-the-next").start())
          .get(interfacesTimeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException | OutOfMemoryError e) {
      LOG.error("the new code does not open its interfaces", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** For this generation's end: nobody has anything for the successor after that. */
  @Override
  public void close() {
    courier.close();
  }

  @Override
  public void tell(byte[] news) {
    try {
      JsonNode document = Json.read(news);
      if (NewsFormat.isLeaveCluster(document)) {
        house.leaveCluster();
        return;
      }
      NewsFormat.Order order = NewsFormat.readOrder(document);
      ActorRef<ProxySupervisor.Command> proxy = proxies.get(order.proxy());
      if (proxy != null) {
        proxy.tell(new Succession.TellHolder(order.session(), order.message()));
      }
    } catch (IOException e) {
      LOG.warn("news of the successor are not understood", e);
    }
  }

  @Override
  public void refuse(String reason) {
    LOG.warn("the upgrade is refused: {}", reason);
  }
}
