package io.tcpbalance.proxy;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.ClientSettings;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.ListenSettings;
import io.tcpbalance.config.Network;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.QueueSettings;
import io.tcpbalance.config.SlotLimit;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.config.TrialSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.metrics.ProxyMetrics;
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
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Predicate;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.pattern.StatusReply;

/** One proxy with all of its real actors, on a port of its own, whose actors can be killed. */
final class RunningProxy implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private static final Duration PROBE_INTERVAL = Duration.ofMillis(20);

  /** What a test wants of a proxy; the rest is as usual. */
  static final class Plan {
    private final List<BackendSettings> backends = new ArrayList<>();
    private Protocol protocol = Protocol.TCP;
    private Duration connectTimeout = Duration.ofSeconds(5);
    private Duration idleTimeout = Duration.ofMinutes(3);
    private Duration queueTimeout = Duration.ofSeconds(60);
    private Duration retryAfter = Duration.ofSeconds(10);
    private HealthCheck check = HealthCheck.NONE;
    private Duration probeTimeout = Duration.ofSeconds(2);
    private int fall = 2;
    private int rise = 2;
    private Duration slowStart = Duration.ZERO;
    private TrialSettings trials = TestSettings.TRIALS;
    private int queueMaxLength = 10_000;
    private String jobs = "";
    private long jobMemoryBytes = 64 << 20;
    private Duration dnsRefresh = Duration.ofSeconds(30);
    private Resolver.Lookup lookup = InetAddress::getAllByName;
    private OptionalInt maxSessions = OptionalInt.empty();
    private OptionalInt maxPerClient = OptionalInt.empty();
    private List<Network> allow = List.of(Network.parse("127.0.0.0/8"));

    Plan backend(String name, String host, int port, int maxConnections) {
      return add(name, host, port, maxConnections);
    }

    Plan backend(String name, int port, int maxConnections, String... compilers) {
      return add(name, "127.0.0.1", port, maxConnections, compilers);
    }

    private Plan add(String name, String host, int port, int maxConnections, String... compilers) {
      backends.add(
          new BackendSettings(
              name, host, port, maxConnections, OperatorState.UP, List.of(compilers)));
      return this;
    }

    Plan protocol(Protocol value) {
      protocol = value;
      return this;
    }

    Plan connectTimeout(Duration value) {
      connectTimeout = value;
      return this;
    }

    Plan idleTimeout(Duration value) {
      idleTimeout = value;
      return this;
    }

    Plan queue(Duration timeout, int maxLength) {
      queueTimeout = timeout;
      queueMaxLength = maxLength;
      return this;
    }

    Plan retryAfter(Duration value) {
      retryAfter = value;
      return this;
    }

    Plan dnsRefresh(Duration value) {
      dnsRefresh = value;
      return this;
    }

    /** Looks names up in its own way. */
    Plan lookup(Resolver.Lookup value) {
      lookup = value;
      return this;
    }

    /**
     * Probes the back-ends, often. Not by default: a probe's connection counts as one at the
     * back-end.
     */
    Plan probed(int whenFall, int whenRise) {
      check = HealthCheck.CONNECT;
      fall = whenFall;
      rise = whenRise;
      return this;
    }

    /** Probes them by trial compiles, too. */
    Plan compiles(Duration interval, Duration timeout, String... compilers) {
      probed(2, 2);
      check = HealthCheck.COMPILE;
      trials = new TrialSettings(interval, timeout, List.of(compilers));
      return protocol(Protocol.DISTCC);
    }

    Plan probeTimeout(Duration value) {
      probeTimeout = value;
      return this;
    }

    Plan slowStart(Duration value) {
      slowStart = value;
      return this;
    }

    Plan maxSessions(int value) {
      maxSessions = OptionalInt.of(value);
      return this;
    }

    Plan maxPerClient(int value) {
      maxPerClient = OptionalInt.of(value);
      return this;
    }

    Plan allow(String network) {
      allow = List.of(Network.parse(network));
      return this;
    }

    /** What the block {@code jobs} is to say beside its defaults. */
    Plan jobs(String hocon) {
      jobs = hocon;
      return this;
    }

    /** For requests; answers may take a quarter more. */
    Plan jobMemory(long bytes) {
      jobMemoryBytes = bytes;
      return this;
    }

    private HealthSettings health() {
      return new HealthSettings(
          check,
          PROBE_INTERVAL,
          probeTimeout,
          fall,
          rise,
          slowStart,
          Duration.ofSeconds(60),
          retryAfter,
          trials);
    }

    RunningProxy start(ActorTestKit kit) {
      return new RunningProxy(
          kit,
          new Resolver(lookup, dnsRefresh, Duration.ofSeconds(2), System::nanoTime),
          new ProxySettings(
              "test",
              new ListenSettings("127.0.0.1", 0, 1024),
              protocol,
              connectTimeout,
              idleTimeout,
              allow,
              new ClientSettings(maxSessions, maxPerClient),
              new QueueSettings(queueTimeout, queueMaxLength),
              health(),
              backends,
              TestSettings.jobs(jobs)),
          jobMemoryBytes);
    }
  }

  private static final Kill DRILL = new Kill(DrillFilter.REASON);

  private final Supervision supervision =
      new Supervision(new SupervisionSettings(1_000_000, Duration.ofSeconds(30)), true);
  private final ActorTestKit kit;
  private final JobMemory jobMemory;
  private final RelayLoops loops;
  private final Resolver resolver;
  private final ActorRef<ProxySupervisor.Command> supervisor;
  private volatile InetSocketAddress address;

  private RunningProxy(
      ActorTestKit kit, Resolver resolver, ProxySettings settings, long jobMemoryBytes) {
    this.kit = kit;
    this.resolver = resolver;
    jobMemory = new JobMemory(jobMemoryBytes);
    try {
      loops =
          RelayLoops.start(
              2,
              new MemoryBudget(64 << 20),
              jobMemory,
              new ConnectionLimit(20_000),
              Throwable::printStackTrace);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    CompletableFuture<InetSocketAddress> listening = new CompletableFuture<>();
    supervisor =
        kit.spawn(
            supervision.restarting(
                ProxySupervisor.create(
                    settings,
                    new ProxySurroundings(
                        supervision,
                        loops,
                        resolver,
                        TestSettings.NO_STATS,
                        AuditTrail.inLogOnly(),
                        System::nanoTime,
                        InstantSource.system()),
                    birth(listening))));
    address = listening.orTimeout(20, TimeUnit.SECONDS).join();
  }

  private ProxySupervisor.Birth birth(CompletableFuture<InetSocketAddress> listening) {
    return new ProxySupervisor.Birth() {
      @Override
      public void listening(ProxySettings proxy, InetSocketAddress newAddress) {
        address = newAddress;
        listening.complete(newAddress);
      }

      @Override
      public void notListening(ProxySettings proxy, String reason) {
        listening.completeExceptionally(new IOException(reason));
      }
    };
  }

  ActorRef<ProxySupervisor.Command> supervisor() {
    return supervisor;
  }

  int port() {
    return address.getPort();
  }

  /** A client that gives up after a while where it would wait for ever. */
  Socket connect() throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port());
    socket.setSoTimeout((int) PATIENCE.toMillis());
    return socket;
  }

  PoolStatus pool() {
    return this.<PoolStatus>ask(r -> new ProxySupervisor.Operate(new Balancer.Describe(r)));
  }

  BackendStatus backend(String name) {
    return pool().backends().stream().filter(b -> b.name().equals(name)).findFirst().orElseThrow();
  }

  List<SessionStatus> sessions() {
    return this.<List<SessionStatus>>ask(r -> new ProxySupervisor.ListSessions(100_000, r));
  }

  boolean closeSession(long id) {
    return this.<Boolean>ask(r -> new ProxySupervisor.CloseSession(id, r));
  }

  BackendStatus put(String name, OperatorState state) {
    return this.<StatusReply<BackendStatus>>ask(
            r ->
                new ProxySupervisor.Operate(
                    new Balancer.Change(
                        name,
                        Optional.of(state),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        r)))
        .getValue();
  }

  BackendStatus resize(String name, int maxConnections) {
    return this.<StatusReply<BackendStatus>>ask(
            r ->
                new ProxySupervisor.Operate(
                    new Balancer.Change(
                        name,
                        Optional.empty(),
                        Optional.of(SlotLimit.of(maxConnections)),
                        Optional.empty(),
                        Optional.empty(),
                        r)))
        .getValue();
  }

  BackendStatus remove(String name, boolean force) {
    return this.<StatusReply<BackendStatus>>ask(
            r -> new ProxySupervisor.Operate(new Balancer.Remove(name, force, r)))
        .getValue();
  }

  /** How many clients were not served for this reason. */
  long complaints(Complaint reason) {
    return description().complaints().getOrDefault(reason, 0L);
  }

  void awaitComplaints(Complaint reason, long count) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              if (complaints(reason) != count) {
                throw new AssertionError(reason + " never " + count + ": " + complaints(reason));
              }
              return count;
            });
  }

  /** Asks it to end; completes when its last session has ended. */
  CompletionStage<ProxySupervisor.Drained> drain() {
    return AskPattern.ask(
        supervisor, ProxySupervisor.Drain::new, PATIENCE, kit.system().scheduler());
  }

  /** Waits until the pool is as it should be, and says what it was instead. */
  PoolStatus awaitPool(String what, Predicate<PoolStatus> condition) {
    return kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              PoolStatus pool = pool();
              if (!condition.test(pool)) {
                throw new AssertionError("never " + what + ": " + pool);
              }
              return pool;
            });
  }

  /** Waits until there are sessions, and they are as they should be. */
  void awaitSessions(String what, Predicate<List<SessionStatus>> condition) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              List<SessionStatus> sessions = sessions();
              if (sessions.isEmpty() || !condition.test(sessions)) {
                throw new AssertionError("never " + what + ": " + sessions);
              }
              return sessions;
            });
  }

  /** Nobody waits, no slot is used, and no session is listed any more. */
  void awaitRest() {
    awaitPool(
        "at rest",
        pool ->
            pool.waiting() == 0
                && pool.backends().stream().allMatch(b -> b.pending() == 0 && b.active() == 0));
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              List<SessionStatus> left = sessions();
              if (!left.isEmpty()) {
                throw new AssertionError("sessions were never forgotten: " + left);
              }
              return left;
            });
  }

  JobCounts jobCounts() {
    return description().jobs();
  }

  ProxyMetrics.Snapshot measured() {
    return description().measured();
  }

  ProxyDescription description() {
    return this.<ProxyDescription>ask(ProxySupervisor.Describe::new);
  }

  void awaitMemory(String what, Predicate<JobMemory> condition) {
    kit.createTestProbe()
        .awaitAssert(
            PATIENCE,
            Duration.ofMillis(5),
            () -> {
              if (!condition.test(jobMemory)) {
                throw new AssertionError("never " + what + ": " + jobMemory.usedBytes());
              }
              return jobMemory;
            });
  }

  JobMemory jobMemory() {
    return jobMemory;
  }

  /** Makes a child of the proxy throw. */
  void kill(String child) {
    supervision.tree().kill(path() + "/" + child, DRILL);
  }

  /** Makes the actor of a session throw; returns whether it was still there. */
  boolean killSession(long id) {
    return this.<Boolean>ask(r -> new ProxySupervisor.KillSession(id, DRILL, r));
  }

  void killItself() {
    supervision.tree().kill(path(), DRILL);
  }

  private String path() {
    return supervisor.path().toStringWithoutAddress();
  }

  private <T> T ask(Function<ActorRef<T>, ProxySupervisor.Command> question) {
    CompletionStage<T> answer =
        AskPattern.ask(supervisor, question::apply, PATIENCE, kit.system().scheduler());
    return answer.toCompletableFuture().join();
  }

  @Override
  public void close() {
    kit.stop(supervisor, PATIENCE);
    loops.close();
    resolver.close();
  }
}
