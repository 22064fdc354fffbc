package io.tcpbalance.console;

import static io.tcpbalance.console.ConsoleServer.TOKEN;
import static io.tcpbalance.console.ConsoleServer.proxy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.management.UnixOperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that want to occupy the console, to guess its token, or to confuse it. */
@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HostileTerminalsTest {

  private static final int IDLE_CONNECTIONS = 10_000;
  private static final int MOST_AT_ONCE = 2_000;
  private static final int INPUTS = Boolean.getBoolean("tcpbalance.long") ? 100_000 : 2_000;

  private static final String FARM = proxy("farm", "{ name = a, port = 3632 }");

  private static final List<String> WORDS =
      List.of(
          "help",
          "status",
          "proxies",
          "use",
          "farm",
          "backends",
          "sessions",
          "waiting",
          "up",
          "down",
          "drain",
          "add",
          "remove",
          "resize",
          "move",
          "reset",
          "kill",
          "auth",
          "watch",
          "a",
          "b",
          "first",
          "after",
          "force",
          "1",
          "0",
          "-1",
          "99999999999999999999",
          "[::1]:80",
          "a:b",
          "%s",
          "\u001b[2J",
          "\u00e9",
          "\u202e",
          "'",
          "\"",
          "\\",
          "{}",
          "\t",
          "\0");

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
  void idleConnectionsNeitherKeepAnOperatorOutNorCostHimHisSession() throws Exception {
    Deque<Socket> idle = new ArrayDeque<>();
    try (ConsoleServer server = ConsoleServer.of(kit, FARM);
        Terminal before = server.connect()) {
      before.ask("proxies");
      int atOnce = (int) Math.min(MOST_AT_ONCE, freeDescriptors() / 2);
      for (int i = 0; i < IDLE_CONNECTIONS; i++) {
        if (idle.size() == atOnce) {
          idle.remove().close();
        }
        idle.add(new Socket(server.address().getAddress(), server.address().getPort()));
      }

      assertTrue(before.ask("backends").contains("\na "));
      try (Terminal after = server.connect()) {
        assertTrue(after.ask("backends").contains("\na "));
      }
      Socket evicted = idle.element();
      evicted.setSoTimeout(20_000);
      String told = new String(evicted.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(told.contains("too many connections"), told);
    } finally {
      for (Socket socket : idle) {
        socket.close();
      }
    }
  }

  private static long freeDescriptors() {
    UnixOperatingSystemMXBean unix =
        (UnixOperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    return unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "GET / HTTP/1.1\r\nHost: localhost:8023\r\n\r\n",
        "POST / HTTP/1.1\r\nContent-Type: text/plain\r\n\r\nremove a force\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void hangsUpOnBrowsers(String request) throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, FARM)) {
      try (Terminal browser = server.connect()) {
        browser.send(request);

        assertEquals("", browser.readAll());
      }
      try (Terminal operator = server.connect()) {
        assertTrue(operator.ask("backends").contains("\na "), "it was removed by a browser");
      }
    }
  }

  @Test
  void letsNobodyInWithoutTheToken() throws Exception {
    try (ConsoleServer server = ConsoleServer.withToken(kit, FARM);
        Terminal terminal = new Terminal(server.address())) {
      assertTrue(terminal.readPrompt().contains("Say 'auth TOKEN' first"));
      for (String line : List.of("status", "backends", "remove a force", "nonsense", "use farm")) {
        assertEquals("a token is needed; say 'auth TOKEN' first\n", terminal.ask(line));
      }
      assertTrue(terminal.ask("help").contains("auth TOKEN"));
      assertTrue(terminal.ask("auth").startsWith("TOKEN is missing"));

      assertEquals("welcome\n", terminal.ask("auth " + TOKEN));

      assertTrue(terminal.ask("backends").contains("\na "));
    }
  }

  @Test
  void hangsUpOnWhoGuesses() throws Exception {
    try (ConsoleServer server = ConsoleServer.withToken(kit, FARM);
        Terminal terminal = server.connect()) {
      terminal.send(
          "auth a\r\nauth b\r\nauth " + TOKEN.substring(1) + "\r\nauth " + TOKEN + "\r\n");

      String said = terminal.readAll();

      assertTrue(said.endsWith("wrong token: bye\n"), said);
      assertFalse(said.contains("welcome"), said);
      assertEquals(3, said.split("wrong token", -1).length - 1, said);
    }
  }

  @Test
  void changesNothingForATokenThatMayOnlyView() throws Exception {
    try (ConsoleServer server = ConsoleServer.withToken(kit, FARM);
        Terminal terminal = server.connect()) {
      assertEquals(
          "welcome; this token may only view\n", terminal.ask("auth " + ConsoleServer.VIEW_TOKEN));
      for (String line :
          List.of(
              "up a",
              "drain a",
              "down a",
              "add b",
              "remove a force",
              "resize a 9",
              "move a first",
              "reset",
              "reset a",
              "kill 1")) {
        assertEquals(
            "this token may only view: the role of 'guest' is view, not operate\n",
            terminal.ask(line),
            line);
      }
      for (String line : List.of("status", "proxies", "backends", "sessions", "waiting")) {
        assertFalse(terminal.ask(line).contains("may only view"), line);
      }

      assertEquals("welcome\n", terminal.ask("auth " + TOKEN));

      assertTrue(terminal.ask("drain a").contains("draining"));
    }
  }

  @Test
  void hangsUpOnAnEndlessLine() throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, FARM);
        Terminal terminal = server.connect()) {
      terminal.send("x".repeat(TelnetDecoder.LONGEST_LINE + 1));

      assertEquals(
          "\nA line has at most " + TelnetDecoder.LONGEST_LINE + " bytes: bye\n",
          terminal.readAll());
    }
  }

  @Test
  void hangsUpOnWhoIsSilent() throws Exception {
    try (ConsoleServer server =
            ConsoleServer.of(kit, ConsoleServer.settings(Duration.ofSeconds(1), 4), FARM);
        Terminal terminal = server.connect()) {
      terminal.send("never a line's end");

      assertEquals("\nNothing was said for 1 s: bye\n", terminal.readAll());
    }
  }

  @Test
  void hangsUpOnWhoDoesNotRead() throws Exception {
    try (ConsoleServer server =
            ConsoleServer.of(kit, ConsoleServer.settings(Duration.ofSeconds(1), 4), FARM);
        Terminal deaf = server.connect()) {
      byte[] lines = "help\n".repeat(1000).getBytes(StandardCharsets.US_ASCII);
      // It stops to read us when its answers are not taken, and resets the connection.
      Thread watcher = new Thread(() -> writeForEver(deaf, lines));
      watcher.start();

      watcher.join();

      assertTrue(deaf.socket.isConnected());
      try (Terminal operator = server.connect()) {
        assertTrue(operator.ask("backends").contains("\na "));
      }
    }
  }

  private static void writeForEver(Terminal terminal, byte[] bytes) {
    try {
      while (true) {
        terminal.send(bytes);
      }
    } catch (IOException e) {
      // As it should be.
    }
  }

  @Test
  void showsNoControlCharacters() throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, FARM);
        Terminal terminal = server.connect()) {
      assertEquals(
          "'?[31m??' is not understood; say 'help'\n", terminal.ask("\u001b[31m\u0007\u202e"));
    }
  }

  @Test
  void watchesUntilSomethingIsTyped() throws Exception {
    try (ConsoleServer server = ConsoleServer.of(kit, FARM);
        Terminal terminal = server.connect()) {
      terminal.send("watch 1\r\n");
      terminal.readText("Enter ends it");
      terminal.readText("Enter ends it");

      assertTrue(terminal.ask("").contains("a     a:3632"));

      terminal.send("watch 3600\r\n");
      terminal.readText("a:3632");
      terminal.send(new byte[] {(byte) 255, (byte) 244}); // Ctrl-C of a telnet client
      terminal.readPrompt();
      assertEquals("none\n", terminal.ask("waiting"));
    }
  }

  @Test
  void answersNonsenseWithoutHarm() throws Exception {
    long seed = Long.getLong("tcpbalance.seed", System.nanoTime());
    Random random = new Random(seed);
    try (ConsoleServer server = ConsoleServer.of(kit, FARM + proxy("other", ""))) {
      long before = freeDescriptors();
      int inputs = 0;
      while (inputs < INPUTS) {
        try (Terminal terminal = new Terminal(server.address())) {
          terminal.socket.setSoTimeout(20_000);
          int many = 1 + random.nextInt(50);
          StringBuilder shown = new StringBuilder("seed " + seed + ", input " + inputs);
          try {
            for (int i = 0; i < many; i++) {
              terminal.send(input(random));
              inputs++;
            }
            terminal.socket.shutdownOutput();
          } catch (SocketException e) {
            shown.append(" (hung up early)");
          }
          // Without the telnet options that it declines: 255, 252 and any number, 27 too.
          String said = terminal.readAll().replaceAll("(?s)\ufffd\ufffd.", "");
          assertFalse(said.contains("bug"), shown + "\n" + said);
          assertFalse(said.contains("\tat "), shown + "\n" + said);
          assertFalse(said.contains("Exception"), shown + "\n" + said);
          assertFalse(said.contains("\u001b"), shown + "\n" + said);
        } catch (SocketTimeoutException e) {
          throw new AssertionError("no end of answers, seed " + seed + ", input " + inputs, e);
        }
      }
      try (Terminal operator = server.connect()) {
        assertTrue(operator.ask("proxies").contains("\nfarm "));
      }
      kit.createTestProbe()
          .awaitAssert(
              Duration.ofSeconds(20),
              () -> {
                assertTrue(freeDescriptors() > before - 50, "descriptors leak, seed " + seed);
                return true;
              });
      assertTrue(server.births.isEmpty(), "the console was restarted, seed " + seed);
    }
  }

  private static byte[] input(Random random) {
    if (random.nextInt(4) == 0) {
      byte[] noise = new byte[random.nextInt(100)];
      random.nextBytes(noise);
      return noise;
    }
    StringBuilder line = new StringBuilder();
    for (int i = random.nextInt(6); i >= 0; i--) {
      line.append(WORDS.get(random.nextInt(WORDS.size()))).append(' ');
    }
    byte[] bytes =
        line.append(random.nextBoolean() ? "\n" : "\r\n")
            .toString()
            .getBytes(StandardCharsets.UTF_8);
    for (int i = random.nextInt(8) - 6; i > 0; i--) {
      bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
    }
    return bytes;
  }
}
