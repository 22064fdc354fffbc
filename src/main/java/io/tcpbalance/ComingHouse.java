package io.tcpbalance;

import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.proxy.Succession.Inheritance;
import io.tcpbalance.upgrade.Arrival;
import io.tcpbalance.upgrade.Rehearsal;
import java.io.IOException;
import java.nio.channels.Channel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a generation that follows another is no proxy: it starts them, and the interfaces. */
record ComingHouse(ActorSystem<Guardian.Command> system) implements Arrival.House {

  private static final Logger LOG = LoggerFactory.getLogger(ComingHouse.class);
  private static final Duration PREPARE_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration JOIN_TIMEOUT = Duration.ofSeconds(20);
  private static final Duration BEGIN_TIMEOUT = Duration.ofSeconds(4);
  private static final Duration OPEN_TIMEOUT = Duration.ofSeconds(10);

  /**
   * Interfaces that begin need the processor for half a second. Who waited while nothing was
   * granted comes first; the interfaces of the generation before answer meanwhile.
   */
  private static final Duration CLIENTS_FIRST = Duration.ofSeconds(1);

  /** All that can be done before the hand-over, in which nobody is served. */
  void prepare() throws IOException {
    Preload.loadClasses();
    try {
      ProxySurroundings around = ask(Guardian.Prepare::new, PREPARE_TIMEOUT);
      InterfacesRehearsal.play(system);
      Rehearsal.play(system, around, ProxyChildren.SELECTOR);
      Calm.await();
      joinCluster();
    } catch (CompletionException e) {
      throw new IOException("the new code is not ready: " + UpgradeRequests.reason(e), e);
    }
  }

  /** Last of all: two generations of one machine are not to count for longer than need be. */
  private void joinCluster() throws IOException {
    try {
      Done unused = ask(Guardian.JoinCluster::new, JOIN_TIMEOUT);
    } catch (CompletionException e) {
      throw new IOException(
          "the new code has not become a member of the cluster within "
              + JOIN_TIMEOUT.toSeconds()
              + " s, for which all nodes have to be within each other's reach, also at"
              + " cluster.upgrade-port",
          e);
    }
  }

  private <T> T ask(Function<ActorRef<T>, Guardian.Command> question, Duration timeout) {
    return AskPattern.<Guardian.Command, T>ask(system, question::apply, timeout, system.scheduler())
        .toCompletableFuture()
        .join();
  }

  @Override
  public Map<String, ActorRef<ProxySupervisor.Command>> begin(
      Map<String, Inheritance> inheritances, Map<String, Channel> channels) throws IOException {
    try {
      return AskPattern
          .<Guardian.Command, Map<String, ActorRef<ProxySupervisor.Command>>>askWithStatus(
              system,
              replyTo -> new Guardian.Begin(inheritances, channels, replyTo),
              BEGIN_TIMEOUT,
              system.scheduler())
          .toCompletableFuture()
          .join();
    } catch (CompletionException e) {
      throw new IOException(UpgradeRequests.reason(e), e);
    }
  }

  @Override
  public void serve() {
    system.tell(Guardian.Serve.INSTANCE);
    try {
      Thread.sleep(CLIENTS_FIRST.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void inherit(Remembered before) {
    system.tell(new Interfaces.Inherited(before));
  }

  @Override
  public void hear(Remembered.News news) {
    system.tell(new Interfaces.Told(news));
  }

  @Override
  public void openInterfaces() {
    try {
      Done unused = ask(Guardian.OpenInterfaces::new, OPEN_TIMEOUT);
    } catch (CompletionException e) {
      LOG.warn("the interfaces do not listen yet: {}", UpgradeRequests.reason(e));
    }
  }
}
