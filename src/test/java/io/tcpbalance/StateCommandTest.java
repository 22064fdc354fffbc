package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.state.State;
import io.tcpbalance.testing.LoneGround;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** {@code tcpbalance state}, in this JVM. */
class StateCommandTest {

  private static final String RECORDED =
      """
      {
        "version" : 1,
        "writtenAt" : "2026-03-01T12:00:00Z",
        "proxies" : {
          "farm" : {
            "added" : [ { "name" : "x", "host" : "10.0.0.7", "port" : 3632, "maxConnections" : 4, "state" : "up", "compilers" : [ ] } ],
            "removed" : [ ],
            "changed" : [ {
              "configured" : { "name" : "a", "host" : "a", "port" : 9, "maxConnections" : 1, "state" : "up", "compilers" : [ ] },
              "now" : { "name" : "a", "host" : "a", "port" : 9, "maxConnections" : 3, "state" : "drain", "compilers" : [ ] }
            } ],
            "order" : { "configured" : [ "a" ], "now" : [ "x", "a" ] }
          },
          "mail" : {
            "added" : [ ],
            "removed" : [ { "name" : "m", "host" : "m", "port" : 25, "maxConnections" : 1, "state" : "up", "compilers" : [ ] } ],
            "changed" : [ ]
          }
        }
      }
      """;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @TempDir private Path directory;
  private Path state;
  private Path file;

  @BeforeEach
  void configure() throws IOException {
    state = directory.resolve("state");
    file = state.resolve("state.json");
    configure("state-dir = \"" + state + "\"", 1);
  }

  private void configure(String stateDir, int maxConnections) throws IOException {
    Files.writeString(
        directory.resolve("test.conf"),
        """
        tcpbalance {
          %s
          proxies.farm {
            listen { host = 127.0.0.1, port = 0 }
            backends = [{ name = a, port = 9, max-connections = %d }]
          }
        }
        """
            .formatted(stateDir, maxConnections));
  }

  private void record(String content) throws IOException {
    Files.createDirectories(state);
    Files.writeString(file, content);
  }

  @Test
  void showsWhatIsRecorded() throws Exception {
    record(RECORDED);

    assertEquals(0, execute("show"));

    assertEquals(
        """
        proxy farm:
          added x at 10.0.0.7 port 3632, max-connections 4, state up, compilers any
          changed a: max-connections 3 (configured: 1), state drain (configured: up)
          ordered x, a
        proxy mail (not configured):
          removed m at m port 25, max-connections 1, state up, compilers any
        """,
        out.toString());
    assertEquals("", err.toString());
  }

  @Test
  void showsWhatTheConfigurationWouldWinOver() throws Exception {
    record(RECORDED);
    configure("state-dir = \"" + state + "\"", 2);

    assertEquals(0, execute("show"));

    assertTrue(
        out.toString()
            .contains(
                "  at the next start the configuration wins: back-end a: max-connections is"
                    + " configured as 2 now, it was 1 when it was changed to 3\n"),
        out.toString());
  }

  @Test
  void tellsThatNothingIsRecordedAndLeavesNothingBehind() {
    for (String[] command : new String[][] {{"show"}, {"clear"}, {"clear", "--yes"}}) {
      out.getBuffer().setLength(0);

      assertEquals(0, execute(command));

      assertEquals("nothing is recorded in " + state, out.toString().strip());
      assertFalse(Files.exists(state));
    }
  }

  @Test
  void tellsThatStateIsOff() throws Exception {
    configure("state-dir = \"\"", 1);

    assertEquals(0, execute("show"));

    assertTrue(out.toString().startsWith("state-dir is empty in "), out.toString());
  }

  @Test
  void tellsWhatIsWrongInTheConfiguration() throws Exception {
    configure("state-dri = x", 1);

    assertEquals(64, execute("show"));

    assertTrue(err.toString().contains("did you mean \"state-dir\"?"), err.toString());
  }

  @Test
  void tellsThatTheFileIsDamaged() throws Exception {
    record("{\"version\" : 1,");

    assertEquals(69, execute("show"));

    assertTrue(err.toString().contains("cannot be used: it is no JSON: "), err.toString());
    assertEquals("{\"version\" : 1,", Files.readString(file), "only a daemon keeps it aside");
  }

  @Test
  void clearsOnlyWhenItIsConfirmed() throws Exception {
    record(RECORDED);

    assertEquals(64, execute("clear"));

    assertEquals(RECORDED, Files.readString(file));
    assertTrue(out.toString().contains("added x at 10.0.0.7"), out.toString());
    assertEquals("nothing was changed; add --yes to forget this", err.toString().strip());
  }

  @Test
  void clearsAndTellsWhat() throws Exception {
    record(RECORDED);

    assertEquals(0, execute("clear", "--yes"));

    assertFalse(Files.exists(file));
    assertTrue(out.toString().contains("added x at 10.0.0.7"), out.toString());
    assertTrue(out.toString().endsWith("the next start is as it is configured\n"), out.toString());
    List<String> trail = Files.readAllLines(state.resolve("audit.jsonl"));
    assertEquals(1, trail.size());
    assertTrue(trail.get(0).contains("\"what\":\"forgot all recorded changes\""), trail.get(0));
    try (State next = State.open(state, InstantSource.system())) {
      assertEquals(List.of(), next.restored("farm", List.of()), "and the lock is free");
    }
  }

  @Test
  void clearsWhatIsDamaged() throws Exception {
    record("nonsense");

    assertEquals(0, execute("clear", "--yes"));

    assertFalse(Files.exists(file));
  }

  @Test
  void clearsNothingWhileADaemonRuns() throws Exception {
    record(RECORDED);
    try (State daemon = State.open(state, InstantSource.system())) {
      assertTrue(daemon.recorder().isPresent());

      assertEquals(69, execute("clear", "--yes"));

      assertTrue(
          err.toString()
              .contains(
                  "is in use by a running daemon (process %d); stop it first"
                      .formatted(ProcessHandle.current().pid())),
          err.toString());
      assertEquals(RECORDED, Files.readString(file));
      assertEquals(0, execute("show"), "a look does no harm");
    }
  }

  @Test
  void hasHelp() {
    for (String command : new String[] {"show", "clear"}) {
      assertEquals(0, execute(command, "--help"));
      assertTrue(out.toString().contains("tcpbalance state " + command), out.toString());
    }
    assertEquals(
        64, Main.commandLine(new LoneGround()).setErr(new PrintWriter(err)).execute("state"));
    assertTrue(err.toString().contains("tcpbalance state: name a command"), err.toString());
  }

  private int execute(String... command) {
    CommandLine commandLine = Main.commandLine(new LoneGround());
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    String[] arguments = new String[command.length + 3];
    arguments[0] = "state";
    System.arraycopy(command, 0, arguments, 1, command.length);
    arguments[command.length + 1] = "-c";
    arguments[command.length + 2] = directory.resolve("test.conf").toString();
    return commandLine.execute(arguments);
  }
}
