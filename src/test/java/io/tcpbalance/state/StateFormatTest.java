package io.tcpbalance.state;

import static io.tcpbalance.config.OperatorState.DRAIN;
import static io.tcpbalance.config.OperatorState.UP;
import static io.tcpbalance.state.Pools.host;
import static io.tcpbalance.state.Pools.hosts;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StateFormatTest {

  private static final long SEED = Long.getLong("tcpbalance.seed", System.nanoTime());
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

  private static final RecordedState FARM =
      new RecordedState(
          Map.of(
              "farm",
              PoolChanges.between(
                  List.of(host("a", 4, UP), host("b"), host("c")),
                  List.of(
                      host("x", 1, UP, List.of("gcc-12", "clang-*")),
                      host("c"),
                      host("a", 2, DRAIN)))));

  @Test
  void isReadableByAPerson() {
    assertEquals(
        """
        {
          "version" : 1,
          "writtenAt" : "2026-03-01T12:00:00Z",
          "proxies" : {
            "farm" : {
              "added" : [ {
                "name" : "x",
                "host" : "x.example",
                "port" : 3632,
                "maxConnections" : 1,
                "statsPort" : 3633,
                "state" : "up",
                "compilers" : [ "gcc-12", "clang-*" ]
              } ],
              "removed" : [ {
                "name" : "b",
                "host" : "b.example",
                "port" : 3632,
                "maxConnections" : 1,
                "statsPort" : 3633,
                "state" : "up",
                "compilers" : [ ]
              } ],
              "changed" : [ {
                "configured" : {
                  "name" : "a",
                  "host" : "a.example",
                  "port" : 3632,
                  "maxConnections" : 4,
                  "statsPort" : 3633,
                  "state" : "up",
                  "compilers" : [ ]
                },
                "now" : {
                  "name" : "a",
                  "host" : "a.example",
                  "port" : 3632,
                  "maxConnections" : 2,
                  "statsPort" : 3633,
                  "state" : "drain",
                  "compilers" : [ ]
                }
              } ],
              "order" : {
                "configured" : [ "a", "b", "c" ],
                "now" : [ "x", "c", "a" ]
              }
            }
          }
        }
        """,
        text(FARM));
  }

  @Test
  void readsWhatItWrote() throws Exception {
    Random random = new Random(SEED);
    for (int i = 0; i < 500; i++) {
      Map<String, PoolChanges> proxies = new HashMap<>();
      for (String proxy : List.of("farm", "mail.example")) {
        proxies.put(proxy, PoolChanges.between(Pools.random(random), Pools.random(random)));
      }
      RecordedState state = new RecordedState(proxies);

      assertEquals(state, StateFormat.read(StateFormat.write(state, NOW)), "seed " + SEED);
    }
  }

  @Test
  void leavesOutUntouchedProxies() {
    PoolChanges untouched = PoolChanges.between(hosts("a"), hosts("a"));

    assertEquals(RecordedState.EMPTY, new RecordedState(Map.of("farm", untouched)));
  }

  @Test
  void noTruncationIsTakenForWhole() {
    byte[] whole = StateFormat.write(FARM, NOW);
    int lastBrace = text(FARM).lastIndexOf('}');
    for (int length = 0; length <= lastBrace; length++) {
      byte[] cut = Arrays.copyOf(whole, length);

      assertThrows(UnreadableStateException.class, () -> StateFormat.read(cut), "at " + length);
    }
  }

  @Test
  void damageIsARefusalOrAnotherStateButNeverACrash() {
    Random random = new Random(SEED);
    byte[] whole = StateFormat.write(FARM, NOW);
    for (int i = 0; i < 20_000; i++) {
      byte[] damaged = whole.clone();
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();

      try {
        PoolMerge.merge(hosts("a", "b", "c"), StateFormat.read(damaged).of("farm"));
      } catch (UnreadableStateException e) {
        assertTrue(e.getMessage().length() < 500, "seed " + SEED + ": " + e.getMessage());
      }
    }
  }

  @Test
  void tellsThatItIsOfANewerVersion() {
    assertEquals(
        "it has version 2, written by a newer TCPBalance; this one knows no later version than 1",
        reasonFor("{\"version\": 2, \"pools\": {}}"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          ``                | it is empty
          []                | version must be an integer from 1 to 2147483647
          {}                | version must be an integer from 1 to 2147483647
          {"version": "1"}  | version must be an integer from 1 to 2147483647
          {"version": 0}    | version must be an integer from 1 to 2147483647
          """)
  void tellsWhatIsWrongAtTheTop(String text, String reason) {
    assertEquals(reason, reasonFor(text));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          "port" : 3632     | "port" : 0            | .added[0].port must be an integer from 1 to 65535
          "port" : 3632     | "port" : "3632"       | .added[0].port must be an integer from 1 to 65535
          "name" : "x"      | "name" : ".."         | .added[0].name must be the name of a back-end
          "state" : "up"    | "state" : "UP"        | .added[0].state must be up, drain or down
          "state" : "up"    | "colour" : "up"       | .added[0].state must be up, drain or down
          "port" : 3632     | "port" : 1, "a" : 2   | .added[0].a is unknown
          "clang-*"         | "/bin/cc"             | .added[0].compilers[1] must be the name of a compiler
          "added"           | "addad"               | .added must be a list
          "order" : {       | "order" : [], "b" : { | .order must be an object
          [ "x", "c", "a" ] | [ "x", 3 ]            | .order.now[1] must be the name of a back-end
          "name" : "a"      | "name" : "d"          | .changed[0] must be the same back-end twice
          """)
  void tellsWhatIsWrongAndWhere(String right, String wrong, String reason) {
    assertEquals("proxies.farm" + reason, reasonFor(replaceFirst(text(FARM), right, wrong)));
  }

  private static String replaceFirst(String text, String right, String wrong) {
    int at = text.indexOf(right);
    assertTrue(at >= 0, right);
    return text.substring(0, at) + wrong + text.substring(at + right.length());
  }

  private static String reasonFor(String text) {
    return assertThrows(
            UnreadableStateException.class,
            () -> StateFormat.read(text.getBytes(StandardCharsets.UTF_8)))
        .getMessage();
  }

  private static String text(RecordedState state) {
    return new String(StateFormat.write(state, NOW), StandardCharsets.UTF_8);
  }
}
