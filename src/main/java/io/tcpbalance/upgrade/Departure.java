package io.tcpbalance.upgrade;

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
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.dispatch.ExecutionContexts;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import scala.concurrent.ExecutionContext;

/** How this generation is followed by another. Serves one upgrade. */
public final class Departure implements Predecessor {

  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

  private static final Duration BEQUEST_TIMEOUT = Duration.ofSeconds(4);

  /**
   * While a successor begins nobody is served, and a client that waits notices nothing yet; it is a
   * hundred times what it needs.
   */
  private static final Duration BEGIN_TIMEOUT = Duration.ofSeconds(5);

  /** Nothing waits for a successor that loads but operators: those wait for two minutes. */
  private static final Duration READY_TIMEOUT = Duration.ofSeconds(90);

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
  }

  private final Handover served;
  private final Map<String, ActorRef<ProxySupervisor.Command>> proxies;
  private final House house;
  private final Scheduler scheduler;
  private final Duration beginTimeout;
  private final AtomicReference<Stage> stage = new AtomicReference<>(Stage.EXPECTED);
  private volatile Consumer<String> givenUp = reason -> {};

  public Departure(
      Handover served,
      Map<String, ActorRef<ProxySupervisor.Command>> proxies,
      House house,
      Scheduler scheduler) {
    this(served, proxies, house, scheduler, BEGIN_TIMEOUT);
  }

  /** One with another patience with a successor that begins. */
  Departure(
      Handover served,
      Map<String, ActorRef<ProxySupervisor.Command>> proxies,
      House house,
      Scheduler scheduler,
      Duration beginTimeout) {
    this.beginTimeout = beginTimeout;
    this.served = served;
    this.proxies = Map.copyOf(proxies);
    this.house = house;
    this.scheduler = scheduler;
  }

  @Override
  public byte[] description() {
    return SnapshotFormat.write(served);
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
    house.disown();
    proxies.forEach((name, proxy) -> proxy.tell(new Succession.GiveAway(heir(name, successor))));
    openDoors(successor);
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

  /** Whatever the new code does here, it has everything by now. */
  @SuppressWarnings("CatchingUnchecked")
  private static void openDoors(Successor successor) {
    try {
      successor.openDoors();
    } catch (RuntimeException | Error e) {
      LOG.error("the new code does not open its doors", e);
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

  private static Heir heir(String proxy, Successor successor) {
    return new Heir() {
      @Override
      public void adopt(Surrendered client, Past past) {
        PastFormat.Client told =
            new PastFormat.Client(proxy, past, client.inputEnded(), client.heardBytes());
        give(told, client, successor);
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

  private static void tell(byte[] news, Successor successor) {
    try {
      successor.tell(news);
    } catch (RuntimeException | Error e) {
      LOG.error("the new code does not take news", e);
    }
  }

  /** Called by a relay's loop, which must outlive whatever the new code does. */
  private static void give(PastFormat.Client told, Surrendered client, Successor successor) {
    try {
      successor.adopt(
          PastFormat.write(told),
          client.channel(),
          client.received(),
          client.lastAnswer(),
          client.copied());
    } catch (RuntimeException | Error e) {
      LOG.error("the new code does not take a client, it is closed", e);
      client.copied().run();
      closeQuietly(client.channel());
    }
  }

  private static void closeQuietly(SocketChannel client) {
    try {
      client.close();
    } catch (IOException e) {
      LOG.debug("it was closed already", e);
    }
  }

  /** Clients are served by now: whatever goes wrong here is told and no more. */
  @SuppressWarnings("CatchingUnchecked")
  private void openInterfaces(Successor successor) {
    try {
      house.shareAddresses();
      successor.openInterfaces();
    } catch (IOException e) {
      LOG.warn("the interfaces' addresses are not shared, they move a moment later", e);
    } catch (RuntimeException | Error e) {
      LOG.error("the new code does not open its interfaces", e);
    }
  }

  @Override
  public void tell(byte[] news) {
    try {
      NewsFormat.Order order = NewsFormat.readOrder(news);
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
