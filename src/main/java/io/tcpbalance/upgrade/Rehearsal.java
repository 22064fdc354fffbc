package io.tcpbalance.upgrade;

import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.proxy.Succession;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.Channel;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Plays the hand-over a few times, between proxies of ours whose clients and host we are ourselves.
 *
 * <p>The first time that code runs it is loaded, linked and interpreted, which takes ten times as
 * long as later. In a hand-over everybody would wait for that, so it is done before, while the
 * generation that serves goes on. Nothing depends on it: one that fails is a slower hand-over.
 */
public final class Rehearsal implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Rehearsal.class);

  /** Each uses up to two descriptors of those that are left. */
  private static final int CLIENTS = 32;

  /** After about so many the code is compiled. */
  private static final int MOST_ROUNDS = 12;

  /** How long the upgrade may be held up, as long as there is no other trouble. */
  private static final Duration AT_MOST = Duration.ofSeconds(3);

  private static final Duration PATIENCE = Duration.ofSeconds(2);

  private final ActorRef<Stage.Command> stage;
  private final Scheduler scheduler;
  private final ServerSocket host;
  private final ProxySettings settings;

  Rehearsal(ActorSystem<?> system, ProxySurroundings around, DispatcherSelector dispatcher)
      throws IOException {
    scheduler = system.scheduler();
    host = new ServerSocket(0, CLIENTS, InetAddress.getLoopbackAddress());
    settings = settings(host);
    host.setSoTimeout((int) PATIENCE.toMillis());
    stage =
        system.systemActorOf(
            Stage.create(settings, around, dispatcher), "rehearsal", Props.empty());
  }

  private static ProxySettings settings(ServerSocket host) throws IOException {
    String text =
        """
        tcpbalance.proxies.rehearsal {
          listen { host = "%1$s", port = 0 }
          allow = ["%1$s"]
          health.check = none
          backends = [{ name = us, host = "%1$s", port = %2$d, max-connections = 1 }]
        }
        """
            .formatted(host.getInetAddress().getHostAddress(), host.getLocalPort());
    try {
      return SettingsLoader.parse(text, "rehearsal").settings().proxies().get(0);
    } catch (InvalidSettingsException e) {
      throw new IOException(e);
    }
  }

  /**
   * Plays it; returns when that is enough. Blocks.
   *
   * @param around of whose threads the play takes part
   * @param dispatcher where the proxies' actors run
   */
  public static void play(
      ActorSystem<?> system, ProxySurroundings around, DispatcherSelector dispatcher) {
    long beganAtNanos = System.nanoTime();
    try (Rehearsal rehearsal = new Rehearsal(system, around, dispatcher)) {
      int rounds = rehearsal.play(beganAtNanos);
      LOG.debug("rehearsed {} times", rounds);
    } catch (IOException | CompletionException e) {
      LOG.info("not rehearsed, the hand-over may take longer: {}", e.toString());
    }
  }

  /** Returns how many rounds were played. */
  int play(long beganAtNanos) throws IOException {
    Stage.Entered now = enter(Roster.of(settings.backends(), Instant.now()), Optional.empty());
    int rounds = 0;
    while (rounds < MOST_ROUNDS && System.nanoTime() - beganAtNanos < AT_MOST.toNanos()) {
      now = playRound(now);
      rounds++;
    }
    return rounds;
  }

  /** Returns who serves after it. */
  private Stage.Entered playRound(Stage.Entered leaving) throws IOException {
    List<Socket> clients = new ArrayList<>();
    try {
      clients.add(client(leaving, 0));
      try (Socket slot = host.accept()) {
        for (int i = 1; i <= CLIENTS; i++) {
          clients.add(client(leaving, i));
        }
        awaitWaiting(leaving);
        Stage.Entered coming = handOver(leaving);
        hangUp(slot, clients);
        for (int i = 0; i < CLIENTS; i++) {
          hangUp(host.accept(), clients);
        }
        stage.tell(new Stage.Leave(leaving.proxy()));
        return coming;
      }
    } finally {
      for (Socket client : clients) {
        client.close();
      }
    }
  }

  /**
   * Ends a session when what its client has sent is there: that client's number. Those who come at
   * almost the same time need not be served in the order in which they were connected.
   */
  private static void hangUp(Socket slot, List<Socket> clients) throws IOException {
    int number;
    try (slot) {
      slot.setSoTimeout((int) PATIENCE.toMillis());
      number = slot.getInputStream().read();
    }
    if (number < 0) {
      throw new IOException("a client has gone");
    }
    clients.get(number).close();
  }

  private static Socket client(Stage.Entered to, int number) throws IOException {
    Socket client = new Socket(to.address().getAddress(), to.address().getPort());
    client.getOutputStream().write(number);
    return client;
  }

  private void awaitWaiting(Stage.Entered proxy) throws IOException {
    long untilNanos = System.nanoTime() + PATIENCE.toNanos();
    while (waiting(proxy) < CLIENTS) {
      if (System.nanoTime() - untilNanos > 0) {
        throw new IOException("the clients do not come");
      }
    }
  }

  private int waiting(Stage.Entered entered) {
    return AskPattern.<ProxySupervisor.Command, PoolStatus>ask(
            entered.proxy(),
            replyTo -> new ProxySupervisor.Operate(new Balancer.Describe(replyTo)),
            PATIENCE,
            scheduler)
        .toCompletableFuture()
        .join()
        .waiting();
  }

  private Stage.Entered enter(Roster roster, Optional<Succession.Inheritance> inheritance) {
    return AskPattern.<Stage.Command, Stage.Entered>askWithStatus(
            stage, replyTo -> new Stage.Enter(roster, inheritance, replyTo), PATIENCE, scheduler)
        .toCompletableFuture()
        .join();
  }

  @SuppressWarnings("CatchingUnchecked") // It declares Exception.
  private Stage.Entered handOver(Stage.Entered leaving) throws IOException {
    Departure departure =
        new Departure(
            Handover.empty(), Map.of(settings.name(), leaving.proxy()), new NoHouse(), scheduler);
    Company company = new Company();
    try {
      departure.changePlaces(new Arrival(departure, company));
    } catch (Exception e) {
      throw new IOException("the hand-over fails", e);
    }
    return company.entered.join();
  }

  /** Who follows: it has one proxy. */
  private final class Company implements Arrival.House {
    final CompletableFuture<Stage.Entered> entered = new CompletableFuture<>();

    @Override
    public Map<String, ActorRef<ProxySupervisor.Command>> begin(
        Map<String, Succession.Inheritance> inheritances, Map<String, Channel> channels) {
      inheritances.forEach(
          (name, inheritance) ->
              entered.complete(enter(inheritance.bequest().roster(), Optional.of(inheritance))));
      return Map.of(settings.name(), entered.join().proxy());
    }

    @Override
    public void serve() {}

    @Override
    public void inherit(Remembered before) {}

    @Override
    public void hear(Remembered.News news) {}

    @Override
    public void openInterfaces() {}
  }

  /** There is nothing but proxies. */
  private static final class NoHouse implements Departure.House {
    @Override
    public Map<String, Channel> channels() {
      return Map.of();
    }

    @Override
    public void disown() {}

    @Override
    public void shareAddresses() {}

    @Override
    public Remembered bequeath(Consumer<Remembered.News> told) {
      throw new UnsupportedOperationException("there are no interfaces");
    }

    @Override
    public void leaveCluster() {}
  }

  @Override
  public void close() throws IOException {
    stage.tell(Stage.Curtain.INSTANCE);
    host.close();
  }
}
