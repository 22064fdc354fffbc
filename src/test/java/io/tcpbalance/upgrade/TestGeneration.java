package io.tcpbalance.upgrade;

import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.access.Visitors;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.metrics.ProxyMetrics;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.proxy.Succession;
import io.tcpbalance.proxy.Succession.Inheritance;
import io.tcpbalance.relay.ConnectionLimit;
import io.tcpbalance.relay.JobMemory;
import io.tcpbalance.relay.MemoryBudget;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.DrillFilter;
import io.tcpbalance.testing.TestSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.Channel;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** A generation with one proxy, "a", in this JVM and its class loader, with threads of its own. */
final class TestGeneration implements Arrival.House, Departure.House, AutoCloseable {

  static final String OPEN = "the interfaces may open";

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final ActorTestKit kit = ActorTestKit.create();
  private final Supervision supervision =
      new Supervision(new SupervisionSettings(100, Duration.ofSeconds(30)), true);
  private final RelayLoops loops;
  private final Resolver resolver = new Resolver(Duration.ofSeconds(30), Duration.ofSeconds(5));
  private final ProxySettings settings;
  private volatile ActorRef<ProxySupervisor.Command> proxy;
  private volatile InetSocketAddress address;
  private final AtomicInteger lives = new AtomicInteger();

  /** What its interfaces remember. */
  volatile Remembered remembered =
      new Remembered(Map.of(), List.of(), Map.of(), new Visitors(List.of(), 0, 0, List.of()));

  /** Is told what happens at its interfaces, if there is one. */
  volatile Consumer<Remembered.News> heir;

  /** Runs when its interfaces' memory is asked for. */
  volatile Runnable whenAsked = () -> {};

  /** What it was told of the interfaces of the one before, and that its own may open. */
  final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

  /**
   * @param proxy the inside of the proxy's block
   */
  TestGeneration(String proxy) throws Exception {
    settings =
        SettingsLoader.parse("tcpbalance.proxies.a {" + proxy + "}", "test")
            .settings()
            .proxies()
            .get(0);
    loops =
        RelayLoops.start(
            2,
            new MemoryBudget(64 << 20),
            new JobMemory(64 << 20),
            new ConnectionLimit(20_000),
            Throwable::printStackTrace);
  }

  /** The first of its kind. */
  TestGeneration start() {
    begin(Roster.of(settings.backends(), Instant.now()), Optional.empty());
    return this;
  }

  private void begin(Roster roster, Optional<Inheritance> inheritance) {
    CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
    ProxySupervisor.Birth birth =
        new ProxySupervisor.Birth() {
          @Override
          public void listening(ProxySettings told, InetSocketAddress where) {
            lives.incrementAndGet();
            listening.complete(where);
          }

          @Override
          public void notListening(ProxySettings told, String reason) {
            listening.completeExceptionally(new IOException(reason));
          }
        };
    ProxySurroundings around = around();
    proxy =
        kit.spawn(
            supervision.restarting(
                ProxySupervisor.create(
                    settings, new Roster.Holder(roster), around, birth, inheritance)));
    address = listening.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private ProxySurroundings around() {
    return new ProxySurroundings(
        supervision,
        loops,
        resolver,
        TestSettings.NO_STATS,
        AuditTrail.inLogOnly(),
        System::nanoTime,
        InstantSource.system());
  }

  /** Rehearses to the end; returns how many rounds were played. */
  int rehearse() throws IOException {
    try (Rehearsal rehearsal =
        new Rehearsal(kit.system(), around(), DispatcherSelector.defaultDispatcher())) {
      return rehearsal.play(System.nanoTime());
    }
  }

  int port() {
    return address.getPort();
  }

  /** As the process tells it. */
  void outlivesTheOneBefore() {
    proxy.tell(Succession.AncestorGone.INSTANCE);
  }

  /** Its proxy crashes. */
  void crash() {
    new Kill(DrillFilter.REASON).send(proxy);
  }

  /** One of its proxy's children crashes. */
  void crash(String child) {
    String path = proxy.path().toStringWithoutAddress() + "/" + child;
    assertTrue(supervision.tree().kill(path, new Kill(DrillFilter.REASON)), path);
  }

  /** Its proxy crashes, and listens again, or is about to. */
  void restart() {
    int before = lives.get();
    crash();
    while (lives.get() == before) {
      Thread.onSpinWait();
    }
  }

  Departure departure() {
    return departure(PATIENCE);
  }

  /**
   * How it is followed.
   *
   * @param patience with a successor
   */
  Departure departure(Duration patience) {
    return new Departure(
        Handover.empty(), Map.of("a", proxy), this, kit.scheduler(), patience, patience, patience);
  }

  PoolStatus pool() {
    return ask(Balancer.Describe::new);
  }

  /** The balancer's answer. */
  <T> T ask(Function<ActorRef<T>, Balancer.Operation> question) {
    return AskPattern.<ProxySupervisor.Command, T>ask(
            proxy,
            replyTo -> new ProxySupervisor.Operate(question.apply(replyTo)),
            PATIENCE,
            kit.scheduler())
        .toCompletableFuture()
        .join();
  }

  void awaitWaiting(int count) {
    while (pool().waiting() != count) {
      Thread.onSpinWait();
    }
  }

  /** What is measured, when so many clients have come and gone. */
  ProxyMetrics.Snapshot awaitEnded(int count) {
    ProxyMetrics.Snapshot measured = measured();
    while (measured.lives().total() < count) {
      measured = measured();
    }
    return measured;
  }

  /** What its proxy was told before it has done. */
  void awaitDone() {
    ProxyMetrics.Snapshot unused = measured();
  }

  private ProxyMetrics.Snapshot measured() {
    return AskPattern.ask(proxy, ProxySupervisor.Describe::new, PATIENCE, kit.scheduler())
        .toCompletableFuture()
        .join()
        .measured();
  }

  /** Lets its sessions end, and completes when they have. */
  CompletableFuture<?> drain() {
    return AskPattern.<ProxySupervisor.Command, ProxySupervisor.Drained>ask(
            proxy, ProxySupervisor.Drain::new, PATIENCE, kit.scheduler())
        .toCompletableFuture();
  }

  @Override
  public Map<String, ActorRef<ProxySupervisor.Command>> begin(
      Map<String, Inheritance> inheritances, Map<String, Channel> channels) {
    Inheritance inheritance = inheritances.get("a");
    begin(inheritance.bequest().roster(), Optional.of(inheritance));
    return Map.of("a", proxy);
  }

  @Override
  public void openInterfaces() {
    told.add(OPEN);
  }

  @Override
  public Map<String, Channel> channels() {
    return Map.of();
  }

  @Override
  public void disown() {}

  @Override
  public void shareAddresses() {}

  @Override
  public Remembered bequeath(Consumer<Remembered.News> later) {
    heir = later;
    whenAsked.run();
    return remembered;
  }

  @Override
  public void serve() {}

  @Override
  public void inherit(Remembered before) {
    told.add(before);
  }

  @Override
  public void hear(Remembered.News news) {
    told.add(news);
  }

  @Override
  public void leaveCluster() {}

  @Override
  public void close() {
    kit.shutdownTestKit();
    loops.close();
    resolver.close();
  }
}
