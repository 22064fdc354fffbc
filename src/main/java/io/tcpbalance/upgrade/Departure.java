package io.tcpbalance.upgrade;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.bootstrap.Successor;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How this generation is followed by another. Serves one upgrade. */
public final class Departure implements Predecessor {

  private static final Logger LOG = LoggerFactory.getLogger(Departure.class);

  private static final Duration BEQUEST_TIMEOUT = Duration.ofSeconds(4);

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

  public Departure(
      Handover served,
      Map<String, ActorRef<ProxySupervisor.Command>> proxies,
      House house,
      Scheduler scheduler) {
    this.served = served;
    this.proxies = Map.copyOf(proxies);
    this.house = house;
    this.scheduler = scheduler;
  }

  @Override
  public byte[] description() {
    return SnapshotFormat.write(served);
  }

  @Override
  public void handOver(Successor successor) throws Exception {
    long frozenAtNanos = System.nanoTime();
    Map<String, Bequest> bequests;
    try {
      bequests = bequests();
      Map<String, Channel> channels = new HashMap<>(house.channels());
      bequests.forEach((name, b) -> channels.put(SnapshotFormat.door(name), b.door()));
      successor.begin(SnapshotFormat.write(bequests), channels);
    } catch (Exception e) {
      proxies.values().forEach(proxy -> proxy.tell(Succession.KeepAll.INSTANCE));
      throw e;
    }
    house.disown();
    proxies.forEach((name, proxy) -> proxy.tell(new Succession.GiveAway(heir(name, successor))));
    successor.openDoors();
    long ms = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - frozenAtNanos);
    LOG.info("handed over; nothing was granted for {} ms", ms);
    openInterfaces(successor);
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
        successor.adopt(
            PastFormat.write(told),
            client.channel(),
            client.received(),
            client.lastAnswer(),
            client.copied());
      }

      @Override
      public void learn(Balancer.LeaseFact fact) {
        successor.tell(NewsFormat.write(new NewsFormat.News(proxy, fact)));
      }
    };
  }

  /** Clients are served by now: whatever goes wrong here is told and no more. */
  private void openInterfaces(Successor successor) {
    try {
      house.shareAddresses();
    } catch (IOException e) {
      LOG.warn("the interfaces' addresses are not shared, they move a moment later", e);
    }
    successor.openInterfaces();
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
