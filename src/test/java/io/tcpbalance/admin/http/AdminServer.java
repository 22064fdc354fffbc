package io.tcpbalance.admin.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.admin.Reloading;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.config.AdminSettings;
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
import io.tcpbalance.config.Role;
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
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.DrillFilter;
import io.tcpbalance.testing.LoneCode;
import io.tcpbalance.testing.TestSettings;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;

/** An admin server with real proxies behind it, all on ports of 127.0.0.1 that the system chose. */
final class AdminServer implements AutoCloseable {

  static final Instant NOW = Instant.parse("2026-03-01T12:00:00.123456Z");
  private static final SupervisionSettings LIMITS =
      new SupervisionSettings(5, Duration.ofSeconds(30));

  /** For servers that are not asked for it. */
  static final Reloading NO_RELOAD =
      () -> CompletableFuture.failedStage(new AssertionError("nobody reloads here"));

  /** For servers that are not asked for it. */
  static final Upgrading NO_UPGRADE = new LoneCode(NOW);

  /** Of a daemon that is in no cluster. */
  static final Nodes ALONE = Nodes.alone("lonely");

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PATIENCE_S = 30;

  final ActorRef<Admin.Command> admin;
  final Births births = new Births();
  private final ActorTestKit kit;
  private final Supervision supervision;
  private final AtomicLong nanos = new AtomicLong();
  private final RelayLoops loops;
  private final Resolver resolver = new Resolver(Duration.ofSeconds(30), Duration.ofSeconds(5));
  private final HttpClient client = HttpClient.newHttpClient();
  private final Map<String, ActorRef<ProxySupervisor.Command>> proxies = new LinkedHashMap<>();
  private final InetSocketAddress address;

  /** What comes of each reload. */
  volatile Reloading reloading = NO_RELOAD;

  /** What the server told of its births, in order. */
  static final class Births implements Admin.Birth {
    private final BlockingQueue<Object> told = new LinkedBlockingQueue<>();

    @Override
    public void listening(InetSocketAddress where) {
      told.add(where);
    }

    @Override
    public void notListening(AdminSettings settings, String reason) {
      told.add(reason);
    }

    Object next() throws InterruptedException {
      Object next = told.poll(PATIENCE_S, TimeUnit.SECONDS);
      if (next == null) {
        throw new AssertionError("no birth was told within " + PATIENCE_S + " s");
      }
      return next;
    }
  }

  private AdminServer(
      ActorTestKit kit, AdminSettings settings, boolean drills, List<ProxySettings> proxies)
      throws Exception {
    this(kit, settings, drills, ALONE, proxies);
  }

  private AdminServer(
      ActorTestKit kit,
      AdminSettings settings,
      boolean drills,
      Nodes nodes,
      List<ProxySettings> proxies)
      throws Exception {
    this.kit = kit;
    supervision = new Supervision(LIMITS, drills);
    loops =
        RelayLoops.start(
            1,
            new MemoryBudget(1 << 20),
            new JobMemory(1 << 20),
            new ConnectionLimit(100),
            cause -> {});
    for (ProxySettings proxy : proxies) {
      this.proxies.put(proxy.name(), start(proxy));
    }
    admin =
        kit.spawn(
            supervision.restarting(
                Admin.create(
                    settings,
                    SharedPort.own(settings.port()),
                    new Memory(
                        new Access(settings.tokens(), this::laterAndLater),
                        records(kit),
                        InstantSource.fixed(NOW)),
                    () -> this.proxies,
                    () -> reloading.reload(),
                    NO_UPGRADE,
                    supervision,
                    nodes,
                    InstantSource.fixed(NOW),
                    births)));
    address = (InetSocketAddress) births.next();
  }

  /** A server without a token, in front of these proxies. */
  static AdminServer of(ActorTestKit kit, ProxySettings... proxies) throws Exception {
    return new AdminServer(kit, settings(Optional.empty()), true, List.of(proxies));
  }

  static AdminServer withoutDrills(ActorTestKit kit, ProxySettings... proxies) throws Exception {
    return new AdminServer(kit, settings(Optional.empty()), false, List.of(proxies));
  }

  static AdminServer withToken(ActorTestKit kit, String token, ProxySettings... proxies)
      throws Exception {
    return new AdminServer(kit, settings(Optional.of(token)), true, List.of(proxies));
  }

  /** Whoever tries tokens is not slowed down here. */
  private long laterAndLater() {
    return nanos.addAndGet(TimeUnit.SECONDS.toNanos(10));
  }

  static Supervision supervision() {
    return new Supervision(LIMITS, true);
  }

  static AdminServer with(ActorTestKit kit, AdminSettings settings, ProxySettings... proxies)
      throws Exception {
    return new AdminServer(kit, settings, true, List.of(proxies));
  }

  /** One whose tokens these are. */
  static AdminServer withTokens(
      ActorTestKit kit, List<TokenSettings> tokens, ProxySettings... proxies) throws Exception {
    return with(kit, new AdminSettings(true, "127.0.0.1", 0, Optional.empty(), tokens), proxies);
  }

  /** A node of a cluster, whose tokens these are. */
  static AdminServer node(
      ActorTestKit kit,
      Nodes nodes,
      boolean drills,
      List<TokenSettings> tokens,
      ProxySettings... proxies)
      throws Exception {
    AdminSettings settings = new AdminSettings(true, "127.0.0.1", 0, Optional.empty(), tokens);
    return new AdminServer(kit, settings, drills, nodes, List.of(proxies));
  }

  static AdminSettings settings(Optional<String> token) {
    return new AdminSettings(
        true,
        "127.0.0.1",
        0,
        Optional.empty(),
        token.map(secret -> new TokenSettings("the token", Role.OPERATE, secret)).stream()
            .toList());
  }

  /** Changes are told in the log, and kept nowhere. */
  static OperatorRecords records(ActorTestKit kit) {
    return new OperatorRecords(AuditTrail.inLogOnly(), Optional.empty(), kit.system());
  }

  static ProxySettings proxy(String name, BackendSettings... backends) throws Exception {
    return new ProxySettings(
        name,
        new ListenSettings("127.0.0.1", 0, 50),
        Protocol.TCP,
        Duration.ofSeconds(5),
        Duration.ofSeconds(180),
        List.of(Network.parse("127.0.0.0/8")),
        new ClientSettings(OptionalInt.empty(), OptionalInt.empty()),
        new QueueSettings(Duration.ofSeconds(60), 100),
        new HealthSettings(
            HealthCheck.NONE,
            Duration.ofSeconds(2),
            Duration.ofSeconds(2),
            2,
            2,
            Duration.ZERO,
            Duration.ofSeconds(60),
            Duration.ofSeconds(10),
            TestSettings.TRIALS),
        List.of(backends),
        TestSettings.jobs(""));
  }

  static BackendSettings backend(String name, int port, int maxConnections) {
    return new BackendSettings(
        name, "127.0.0.1", port, maxConnections, OperatorState.UP, List.of());
  }

  private ActorRef<ProxySupervisor.Command> start(ProxySettings settings) throws Exception {
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
    ActorRef<ProxySupervisor.Command> proxy =
        kit.spawn(supervision.restarting(ProxySupervisor.create(settings, around, birth)));
    Object where = born.poll(PATIENCE_S, TimeUnit.SECONDS);
    if (!(where instanceof InetSocketAddress)) {
      throw new AssertionError("the proxy does not listen: " + where);
    }
    return proxy;
  }

  ActorRef<ProxySupervisor.Command> proxyActor(String name) {
    return proxies.get(name);
  }

  /** Makes a child of a proxy throw. */
  void kill(String proxy, String child) {
    String path = proxies.get(proxy).path().toStringWithoutAddress() + "/" + child;
    supervision.tree().kill(path, new Kill(DrillFilter.REASON));
  }

  int port() {
    return address.getPort();
  }

  HttpResponse<String> get(String path) throws Exception {
    return send(request(path).GET());
  }

  /** Sends a body as JSON; without one, none. */
  HttpResponse<String> send(String method, String path, String... body) throws Exception {
    HttpRequest.Builder request = request(path);
    return body.length == 0
        ? send(request.method(method, BodyPublishers.noBody()))
        : send(
            request
                .header("Content-Type", "application/json")
                .method(method, BodyPublishers.ofString(body[0])));
  }

  /** Of somebody who bears a token, to be sent. */
  HttpRequest.Builder with(String token, String method, String path, String... body) {
    HttpRequest.Builder request = request(path).header("Authorization", "Bearer " + token);
    return body.length == 0
        ? request.method(method, BodyPublishers.noBody())
        : request
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body[0]));
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port() + path))
        .timeout(Duration.ofSeconds(PATIENCE_S));
  }

  HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  JsonNode json(String path) throws Exception {
    return json(get(path));
  }

  static JsonNode json(HttpResponse<String> response) throws IOException {
    return JSON.readTree(response.body());
  }

  /** Sends bytes as they are, and returns what comes until the server hangs up. */
  String raw(String request) throws IOException {
    try (Socket socket = new Socket(address.getAddress(), address.getPort())) {
      socket.setSoTimeout((int) TimeUnit.SECONDS.toMillis(PATIENCE_S));
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return readAll(socket);
    }
  }

  static String readAll(Socket socket) throws IOException {
    InputStream in = socket.getInputStream();
    return new String(in.readAllBytes(), StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    kit.stop(admin);
    proxies.values().forEach(kit::stop);
    loops.close();
    resolver.close();
  }
}
