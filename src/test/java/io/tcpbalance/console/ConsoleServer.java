package io.tcpbalance.console;

import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Role;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.config.TokenSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.relay.ConnectionLimit;
import io.tcpbalance.relay.JobMemory;
import io.tcpbalance.relay.MemoryBudget;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.LoneCode;
import io.tcpbalance.testing.TestSettings;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** A console with real proxies behind it, all on ports of 127.0.0.1 that the system chose. */
final class ConsoleServer implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123Z");
  static final String TOKEN = "correct-horse";
  static final String VIEW_TOKEN = "battery-staple";

  /** Of a daemon that is in no cluster. */
  static final Nodes ALONE = Nodes.alone("lonely");

  private static final long PATIENCE_S = 30;
  private static final int MOST_RESTARTS = 1000;

  final ActorRef<Console.Command> console;
  final Births births = new Births();
  private final ActorTestKit kit;
  private final Supervision supervision =
      new Supervision(new SupervisionSettings(MOST_RESTARTS, Duration.ofSeconds(30)), true);
  private final RelayLoops loops;
  private final Resolver resolver = new Resolver(Duration.ofSeconds(30), Duration.ofSeconds(5));
  private final Map<String, ActorRef<ProxySupervisor.Command>> proxies = new LinkedHashMap<>();
  private final Map<String, Integer> proxyPorts = new LinkedHashMap<>();
  private final int port;

  /** What was told of births, in order. */
  static final class Births implements Console.Birth {
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Override
    public void listening(InetSocketAddress where) {
      told.add(where);
    }

    @Override
    public void notListening(ConsoleSettings settings, String reason) {
      told.add(reason);
    }

    Object next() throws InterruptedException {
      Object next = told.poll(PATIENCE_S, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no birth was told within " + PATIENCE_S + " s");
      }
      return next;
    }

    boolean isEmpty() {
      return told.isEmpty();
    }
  }

  private ConsoleServer(
      ActorTestKit kit, ConsoleSettings settings, List<TokenSettings> tokens, String proxies)
      throws Exception {
    this(kit, settings, tokens, ALONE, proxies);
  }

  private ConsoleServer(
      ActorTestKit kit,
      ConsoleSettings settings,
      List<TokenSettings> tokens,
      Nodes nodes,
      String proxies)
      throws Exception {
    this.kit = kit;
    loops =
        RelayLoops.start(
            1,
            new MemoryBudget(1 << 20),
            new JobMemory(1 << 20),
            new ConnectionLimit(100),
            cause -> {});
    String text = "tcpbalance.proxies {\n" + proxies + "\n}";
    for (ProxySettings proxy : SettingsLoader.parse(text, "test").settings().proxies()) {
      start(proxy);
    }
    console =
        kit.spawn(
            supervision.neverGivingUp(
                Console.create(
                    settings,
                    SharedPort.own(settings.port()),
                    new Access(tokens, System::nanoTime),
                    proxies(),
                    records(kit),
                    nodes(nodes, proxies()),
                    new Remote(nodes),
                    InstantSource.fixed(NOW),
                    births)));
    port = ((InetSocketAddress) births.next()).getPort();
  }

  /**
   * One without a token.
   *
   * @param proxies the inside of a block {@code proxies}
   */
  static ConsoleServer of(ActorTestKit kit, String proxies) throws Exception {
    return new ConsoleServer(kit, settings(Duration.ofMinutes(10), 64), List.of(), proxies);
  }

  static ConsoleServer of(ActorTestKit kit, ConsoleSettings settings, String proxies)
      throws Exception {
    return new ConsoleServer(kit, settings, List.of(), proxies);
  }

  static ConsoleServer withToken(ActorTestKit kit, String proxies) throws Exception {
    return node(kit, ALONE, proxies);
  }

  /** A node of a cluster, with tokens. */
  static ConsoleServer node(ActorTestKit kit, Nodes nodes, String proxies) throws Exception {
    return new ConsoleServer(
        kit,
        settings(Duration.ofMinutes(10), 64),
        List.of(
            new TokenSettings("boss", Role.OPERATE, TOKEN),
            new TokenSettings("guest", Role.VIEW, VIEW_TOKEN)),
        nodes,
        proxies);
  }

  static ConsoleSettings settings(Duration idleTimeout, int maxConnections) {
    return new ConsoleSettings(true, "127.0.0.1", 0, idleTimeout, maxConnections);
  }

  static OperatorRecords records(ActorTestKit kit) {
    return new OperatorRecords(AuditTrail.inLogOnly(), Optional.empty(), kit.system());
  }

  static NodesReport nodes(Nodes nodes, Proxies proxies) {
    return new NodesReport(nodes, proxies, new LoneCode(NOW), InstantSource.fixed(NOW));
  }

  /** Those behind it. */
  Proxies proxies() {
    return new Proxies(() -> proxies, kit.system().scheduler());
  }

  /** A proxy with these back-ends, which nobody probes. */
  static String proxy(String name, String backends) {
    return "\"%s\" { listen { host = 127.0.0.1, port = 0 }, health.check = none, backends = [%s] }\n"
        .formatted(name, backends);
  }

  private void start(ProxySettings settings) throws Exception {
    BlockingQueue<Object> born = new LinkedBlockingQueue<>();
    ProxySupervisor.Birth birth =
        new ProxySupervisor.Birth() {
          @Override
          public void listening(ProxySettings proxy, InetSocketAddress where) {
            born.add(where);
          }

          @Override
          public void notListening(ProxySettings proxy, String reason) {
            born.add(reason);
          }
        };
    ProxySurroundings around =
        new ProxySurroundings(
            supervision,
            loops,
            resolver,
            TestSettings.NO_STATS,
            AuditTrail.inLogOnly(),
            System::nanoTime,
            InstantSource.fixed(NOW));
    proxies.put(
        settings.name(),
        kit.spawn(supervision.restarting(ProxySupervisor.create(settings, around, birth))));
    Object where = born.poll(PATIENCE_S, TimeUnit.SECONDS);
    if (!(where instanceof InetSocketAddress address)) {
      throw new AssertionError("the proxy does not listen: " + where);
    }
    proxyPorts.put(settings.name(), address.getPort());
  }

  InetSocketAddress address() {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  InetSocketAddress proxyAddress(String name) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), proxyPorts.get(name));
  }

  /** A connection, whose greeting is read. */
  Terminal connect() throws Exception {
    Terminal terminal = new Terminal(address());
    terminal.readPrompt();
    return terminal;
  }

  @Override
  public void close() {
    kit.stop(console);
    proxies.values().forEach(kit::stop);
    loops.close();
    resolver.close();
  }
}
