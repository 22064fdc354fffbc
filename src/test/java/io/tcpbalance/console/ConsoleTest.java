package io.tcpbalance.console;

import static io.tcpbalance.console.ConsoleServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.SharedPort;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.config.ConsoleSettings;
import io.tcpbalance.supervision.Kill;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConsoleTest {

  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private ActorTestKit kit;

  @BeforeAll
  void startSystem() {
    kit = ActorTestKit.create();
  }

  @AfterAll
  void stopSystem() {
    kit.shutdownTestKit();
  }

  @Test
  void listensOnSameAddressAfterRestartAndTellsThoseWhoWereThere() throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, proxy("farm", "{ name = a, port = 3632 }"))) {
      for (int i = 0; i < 3; i++) {
        try (Terminal before = server.connect()) {
          new Kill("drill").send(server.console);

          assertEquals("\nThe console ends: bye\n", before.readAll());
        }

        assertEquals(server.address(), server.births.next());
        try (Terminal after = server.connect()) {
          assertTrue(after.ask("backends").contains("\na     a:3632   up"));
        }
      }
    }
  }

  @Test
  void closesItsSocketAndConnectionsWhenItStops() throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, proxy("farm", ""));
        Terminal terminal = server.connect()) {
      kit.stop(server.console);

      assertEquals("\nThe console ends: bye\n", terminal.readAll());
      TestProbe<Object> probe = kit.createTestProbe();
      probe.awaitAssert(
          PATIENCE,
          () -> {
            try (ServerSocket again =
                new ServerSocket(server.address().getPort(), 1, InetAddress.getLoopbackAddress())) {
              return again.getLocalPort();
            }
          });
    }
  }

  @Test
  void tellsWhyItCannotListen() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      ConsoleSettings settings =
          new ConsoleSettings(true, "127.0.0.1", taken.getLocalPort(), Duration.ofMinutes(1), 4);
      ConsoleServer.Births births = new ConsoleServer.Births();
      TestProbe<Object> watcher = kit.createTestProbe();

      ActorRef<Console.Command> console =
          kit.spawn(
              Console.create(
                  settings,
                  SharedPort.own(settings.port()),
                  new Access(List.of(), System::nanoTime),
                  new Proxies(Map::of, kit.system().scheduler()),
                  ConsoleServer.records(kit),
                  ConsoleServer.nodes(
                      ConsoleServer.ALONE, new Proxies(Map::of, kit.system().scheduler())),
                  new Remote(ConsoleServer.ALONE),
                  InstantSource.system(),
                  births));

      assertTrue(births.next().toString().contains("in use"), "the system's reason");
      watcher.expectTerminated(console, PATIENCE);
    }
  }

  @Test
  void answersAsTheTranscriptSays() throws Exception {
    String transcript = Files.readString(Path.of("src/test/resources/console/transcript.txt"));
    String backends =
        "{ name = bld6, host = bld6.invalid, port = 3632, max-connections = 4 }, { name = bld4,"
            + " host = 10.0.0.4, port = 3632 }";
    try (ConsoleServer server =
        ConsoleServer.of(kit, proxy("distcc", backends) + proxy("mail", ""))) {
      StringBuilder said = new StringBuilder();
      try (Terminal terminal = new Terminal(server.address())) {
        said.append(terminal.readPrompt());
        for (String line : transcript.lines().filter(l -> l.contains("> ")).toList()) {
          String prompt = line.substring(0, line.indexOf("> ") + 2);
          String asked = line.substring(prompt.length());
          said.append(prompt).append(asked).append('\n');
          terminal.send(asked + "\r\n");
          said.append(asked.equals("quit") ? terminal.readAll() : terminal.readPrompt());
        }
      }
      String masked =
          said.toString()
              .replace(String.valueOf(server.proxyAddress("distcc").getPort()), "PORT1")
              .replace(String.valueOf(server.proxyAddress("mail").getPort()), "PORT2");

      assertEquals(transcript, masked);
    }
  }

  @Test
  void answersToTheLastLineOfWhoPipesThemIn() throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, proxy("farm", ""));
        Socket socket = new Socket(server.address().getAddress(), server.address().getPort())) {
      socket.getOutputStream().write("bogus\nhelp quit".getBytes(StandardCharsets.US_ASCII));
      socket.shutdownOutput();

      String said = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

      assertTrue(said.contains("'bogus' is not understood"), said);
      assertTrue(said.contains("quit  ends this connection"), said);
    }
  }
}
