package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.LoneGround;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What the command line answers, in this JVM; only the last test ends a process of its own. */
class CommandLineTest {

  private static final String GOOD =
      """
      tcpbalance.state-dir = ""
      tcpbalance.proxies.a {
        listen { host = 127.0.0.1, port = 0 }
        backends = [{ host = 127.0.0.1, port = 9 }]
      }
      """;

  private static final String BAD =
      """
      tcpbalance {
        relay.loops = many
        proxies.a { listen.port = 0, backend = 1, backends = [{ host = bld1, port = 9 }] }
      }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;

  @Test
  void checkSaysThatAFileIsFine() throws Exception {
    Path file = file(GOOD);

    assertEquals(0, execute("check", "-c", file.toString()));
    assertEquals(file + " is fine", out.toString().strip());
    assertEquals("", err.toString());
  }

  @Test
  void checkTellsWarnings() throws Exception {
    Path file = file("tcpbalance.proxies.a { listen.port = 7, backends = \"bld1/2,lzo\" }");

    assertEquals(0, execute("check", "-c", file.toString()));
    assertTrue(err.toString().startsWith("warning: " + file + ":1: "), err.toString());
  }

  @Test
  void checkTellsAllErrorsAtOnce() throws Exception {
    Path file = file(BAD);

    assertEquals(64, execute("check", "-c", file.toString()));
    assertEquals("", out.toString());
    assertTrue(err.toString().contains(file + ":2: "), err.toString());
    assertTrue(err.toString().contains(file + ":3: "), err.toString());
    assertTrue(err.toString().contains("backend"), err.toString());
    assertFalse(err.toString().contains("\tat "), err.toString());
  }

  @Test
  void checkTellsThatAFileIsMissing() {
    Path missing = directory.resolve("missing.conf");

    assertEquals(64, execute("check", "-c", missing.toString()));
    assertEquals(missing + ": does not exist", err.toString().strip());
  }

  @Test
  void theDefaultConfigurationsAreFine() {
    for (String name : new String[] {"tcpbalance", "distcc-farm", "smtp"}) {
      assertEquals(0, execute("check", "-c", "conf/" + name + ".conf"), err.toString());
    }
    assertEquals(1, err.toString().lines().count(), "one pool is empty: " + err);
  }

  @Test
  void runTellsAllErrorsAtOnceAndStartsNothing() throws Exception {
    Path file = file(BAD);

    assertEquals(64, execute("run", "-c", file.toString()));
    assertTrue(err.toString().contains(file + ":2: "), err.toString());
    assertTrue(err.toString().contains(file + ":3: "), err.toString());
  }

  @Test
  void runTellsWhatIsWrongInSettingsOfPekko() throws Exception {
    Path file = file(GOOD + "pekko.actor.default-dispatcher.throughput = plenty");

    assertEquals(64, execute("run", "-c", file.toString()));
    assertTrue(err.toString().contains("throughput"), err.toString());
  }

  @Test
  void helpTellsCommandsAndExitCodes() {
    assertEquals(0, execute("--help"));
    for (String told : new String[] {"run", "check", "version", "64", "69", "70"}) {
      assertTrue(out.toString().contains(told), told);
    }
  }

  @Test
  void everyCommandHasHelp() {
    for (String command : new String[] {"run", "check", "version"}) {
      assertEquals(0, execute(command, "--help"));
      assertTrue(out.toString().contains("tcpbalance " + command), out.toString());
    }
  }

  @Test
  void versionIsToldByCommandAndByOption() {
    assertEquals(0, execute("version"));
    String told = out.toString();
    out.getBuffer().setLength(0);

    assertEquals(0, execute("--version"));

    assertTrue(told.startsWith("tcpbalance "), told);
    assertEquals(told, out.toString());
  }

  @Test
  void withoutACommandItTellsTheUsage() {
    assertEquals(64, execute());
    assertTrue(err.toString().startsWith("tcpbalance: name a command"), err.toString());
    assertTrue(err.toString().contains("Usage: tcpbalance"), err.toString());
  }

  @Test
  void refusesUnknownOptionsAndCommands() {
    assertEquals(64, execute("--nonsense"));
    assertEquals(64, execute("run", "--nonsense"));
    assertEquals(64, execute("check", "nonsense"));
    assertEquals(64, execute("nonsense"));
    assertEquals(64, execute("run", "-c"));
    assertTrue(err.toString().contains("--nonsense"), err.toString());
  }

  @Test
  void theProcessEndsWithTheCode() throws Exception {
    try (Daemon daemon = Daemon.command("run", "-c", file(BAD).toString()).start()) {
      assertEquals(64, daemon.awaitExit());
      assertEquals(2, daemon.linesWith("test.conf:").size(), daemon.output().toString());
    }
  }

  @Test
  void aCommandThatIsNoDaemonEndsItsProcessToo() throws Exception {
    try (Daemon version = Daemon.command("version").start();
        Daemon check = Daemon.command("check", "-c", file(BAD).toString()).start()) {
      assertEquals(0, version.awaitExit());
      assertEquals(1, version.linesWith("tcpbalance ").size(), version.output().toString());
      assertEquals(64, check.awaitExit());
    }
  }

  private int execute(String... arguments) {
    CommandLine commandLine = Main.commandLine(new LoneGround());
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    return commandLine.execute(arguments);
  }

  private Path file(String text) throws IOException {
    return Files.writeString(directory.resolve("test.conf"), text);
  }
}
