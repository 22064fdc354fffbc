package io.tcpbalance;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.tcpbalance.admin.NewCode;
import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.http.Admin;
import io.tcpbalance.admin.http.Memory;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.console.Console;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.state.OperatorRecords;
import io.tcpbalance.supervision.Supervision;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves interfaces that nobody knows, without any proxy, on ports of their own of this machine,
 * and asks them what an operator asks.
 *
 * <p>An HTTP server that begins needs the CPU for most of a second, for code that runs for the
 * first time. If that came after the hand-over, who waits would wait for it.
 */
final class InterfacesRehearsal {

  private static final Logger LOG = LoggerFactory.getLogger(InterfacesRehearsal.class);

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int ROUNDS = 3;

  private static final List<String> PAGES =
      List.of("/status", "/metrics", "/api/v1/proxies", "/api/v1/state", "/api/v1/generations");

  private enum Curtain {
    INSTANCE
  }

  /** There is no other code to be had here. */
  private static final class NoUpgrade implements Upgrading {
    @Override
    public CompletionStage<Integer> upgrade(NewCode code) {
      return rollBack();
    }

    @Override
    public CompletionStage<Integer> rollBack() {
      return CompletableFuture.failedStage(new UpgradeRefused("this is a rehearsal"));
    }

    @Override
    public List<GenerationInfo> generations() {
      return List.of();
    }
  }

  private final ActorSystem<?> system;
  private final Settings settings;
  private final CompletableFuture<InetSocketAddress> http = new CompletableFuture<>();
  private final CompletableFuture<InetSocketAddress> console = new CompletableFuture<>();

  private InterfacesRehearsal(ActorSystem<?> system) throws IOException {
    this.system = system;
    String text =
        "tcpbalance { admin { host = 127.0.0.1, port = 0 }, console { host = 127.0.0.1, port = 0 } }";
    try {
      settings = SettingsLoader.parse(text, "rehearsal").settings();
    } catch (InvalidSettingsException e) {
      throw new IOException(e);
    }
  }

  /** Returns when nobody listens there any more. Blocks. One that fails costs nothing. */
  static void play(ActorSystem<?> system) {
    try {
      InterfacesRehearsal rehearsal = new InterfacesRehearsal(system);
      ActorRef<Curtain> stage =
          system.systemActorOf(rehearsal.stage(), "interfaces-rehearsal", Props.empty());
      try {
        rehearsal.ask();
      } finally {
        stage.tell(Curtain.INSTANCE);
      }
    } catch (IOException | CompletionException e) {
      LOG.info("the interfaces are not rehearsed, they come later: {}", e.toString());
    }
  }

  private Behavior<Curtain> stage() {
    return Behaviors.setup(
        context -> {
          Supervision supervision = new Supervision(settings.supervision(), false);
          Access access = new Access(List.of(), System::nanoTime);
          OperatorRecords records =
              new OperatorRecords(AuditTrail.inLogOnly(), Optional.empty(), system);
          Nodes nodes = Nodes.alone("localhost");
          context.spawn(admin(supervision, access, records, nodes), "admin");
          context.spawn(console(access, records, nodes), "console");
          return Behaviors.receive(Curtain.class)
              .onMessage(Curtain.class, m -> Behaviors.stopped())
              .build();
        });
  }

  private Behavior<Admin.Command> admin(
      Supervision supervision, Access access, OperatorRecords records, Nodes nodes) {
    return Admin.create(
        settings.admin(),
        SharedPort.own(0),
        new Memory(access, records, InstantSource.system()),
        Map::of,
        () -> CompletableFuture.failedStage(new UpgradeRefused("this is a rehearsal")),
        new NoUpgrade(),
        supervision,
        nodes,
        InstantSource.system(),
        new Admin.Birth() {
          @Override
          public void listening(InetSocketAddress address) {
            http.complete(address);
          }

          @Override
          public void notListening(AdminSettings admin, String reason) {
            http.completeExceptionally(new IOException(reason));
          }
        });
  }

  private Behavior<Console.Command> console(Access access, OperatorRecords records, Nodes nodes) {
    Proxies none = new Proxies(Map::of, system.scheduler());
    return Console.create(
        settings.console(),
        SharedPort.own(0),
        access,
        none,
        records,
        new NodesReport(nodes, none, new NoUpgrade(), InstantSource.system()),
        new Remote(nodes),
        InstantSource.system(),
        new Console.Birth() {
          @Override
          public void listening(InetSocketAddress address) {
            console.complete(address);
          }

          @Override
          public void notListening(ConsoleSettings settings, String reason) {
            console.completeExceptionally(new IOException(reason));
          }
        });
  }

  private void ask() throws IOException {
    InetSocketAddress page = await(http);
    for (int i = 0; i < ROUNDS; i++) {
      for (String path : PAGES) {
        ask(page, "GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
      }
    }
    ask(await(console), "status\r\nquit\r\n");
  }

  private static InetSocketAddress await(CompletableFuture<InetSocketAddress> listening) {
    return listening.orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS).join();
  }

  /** What is answered does not matter. */
  private static void ask(InetSocketAddress where, String question) throws IOException {
    try (Socket socket = new Socket(where.getAddress(), where.getPort())) {
      socket.setSoTimeout((int) PATIENCE.toMillis());
      socket.getOutputStream().write(question.getBytes(US_ASCII));
      InputStream in = socket.getInputStream();
      in.transferTo(OutputStream.nullOutputStream());
    }
  }
}
