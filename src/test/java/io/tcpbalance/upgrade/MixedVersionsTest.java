package io.tcpbalance.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.metrics.Tallies;
import io.tcpbalance.proxy.Bequest;
import io.tcpbalance.proxy.Succession;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channel;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Documents of the version before this one, as it writes them, and whether it can read ours: it
 * needs each member that it writes itself, with the same meaning.
 */
class MixedVersionsTest {

  private static final ObjectMapper MAPPER = new ObjectMapper();

  @Test
  void versionBeforeIsOneBefore() throws Exception {
    for (String name : List.of("served", "pools", "client", "release")) {
      assertEquals(Json.VERSION - 1, MAPPER.readTree(before(name)).path("version").asInt());
    }
  }

  @Test
  void whatIsServedIsUnderstoodBothWays() throws Exception {
    Handover read = SnapshotFormat.readServed(before("served"));

    assertEquals("/var/lib/tcpbalance", read.stateDir());
    assertEquals(8023, read.consolePort());
    assertUnderstoodBefore("served", SnapshotFormat.write(read));
  }

  @Test
  void poolsAreUnderstoodBothWays() throws Exception {
    try (ServerSocketChannel door = ServerSocketChannel.open()) {
      Map<String, Channel> channels = Map.of(SnapshotFormat.door("a"), door);

      Map<String, Bequest> read = SnapshotFormat.read(before("pools"), channels);

      Bequest a = read.get("a");
      assertEquals(17, a.lastSession());
      assertEquals(Set.of(16L), a.waiting());
      assertEquals(7, a.roster().backends().get(0).activeCount());
      assertEquals("connection refused", a.roster().backends().get(0).lastError().orElseThrow());
      assertTrue(a.leases().get(0).active());
      assertEquals(new Tallies(Map.of("sessions", List.of(3L))), a.tallies());
      assertEquals(Map.of(), a.farmTickets());
      assertUnderstoodBefore("pools", SnapshotFormat.write(read));
    }
  }

  @Test
  void clientsAreUnderstoodBothWays() throws Exception {
    PastFormat.Client read = PastFormat.read(before("client"));

    assertEquals(9, read.past().ticket());
    assertEquals("bld2", read.past().suspicions().get(0).backend());
    assertUnderstoodBefore("client", PastFormat.write(read));
  }

  @Test
  void newsAreUnderstoodBothWays() throws Exception {
    Map.Entry<String, Succession> read = NewsFormat.read(Json.read(before("release")));

    Balancer.LeaseFact fact = ((Succession.Learn) read.getValue()).fact();
    assertTrue(fact instanceof Balancer.Release, fact.toString());
    assertUnderstoodBefore("release", NewsFormat.write(new NewsFormat.News("a", fact)));
  }

  @Test
  void whatIsCountedPassesOver() throws Exception {
    Tallies counted = new Tallies(Map.of("sessions", List.of(3L), "waits", List.of(1L, 0L, 5L)));

    Map.Entry<String, Succession> read = NewsFormat.read(Json.read(NewsFormat.write("a", counted)));

    assertEquals(new Succession.Count(counted), read.getValue());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"version\": 9, \"readableFrom\": 9, \"pools\": {}}",
        "{\"pools\": {}}",
        "{\"po",
        "[]",
        ""
      })
  void whatCannotBeUnderstoodIsRefused(String document) {
    assertThrows(IOException.class, () -> SnapshotFormat.read(document.getBytes(UTF_8), Map.of()));
  }

  @Test
  void whatIsNotKnownYetIsSkipped() throws Exception {
    String later = new String(before("served"), UTF_8).replaceFirst("\\{", "{\"later\":[1],");

    assertEquals(8080, SnapshotFormat.readServed(later.getBytes(UTF_8)).adminPort());
  }

  private static void assertUnderstoodBefore(String name, byte[] written) throws IOException {
    JsonNode now = MAPPER.readTree(written);
    assertTrue(now.path("readableFrom").asInt() < Json.VERSION, "the one before cannot read it");
    assertHolds(MAPPER.readTree(before(name)), now, name);
  }

  /** All that is in the one is in the other; what is new does not count. */
  private static void assertHolds(JsonNode expected, JsonNode found, String path) {
    if (expected.isObject()) {
      expected
          .properties()
          .forEach(e -> assertHolds(e.getValue(), found.path(e.getKey()), path + "." + e.getKey()));
    } else if (expected.isArray()) {
      assertEquals(expected.size(), found.size(), path);
      for (int i = 0; i < expected.size(); i++) {
        assertHolds(expected.get(i), found.get(i), path + "." + i);
      }
    } else if (!path.endsWith(".version") && !path.endsWith(".readableFrom")) {
      assertEquals(expected, found, path);
    }
  }

  private static byte[] before(String name) throws IOException {
    String resource = name + "-" + (Json.VERSION - 1) + ".json";
    try (InputStream in = MixedVersionsTest.class.getResourceAsStream(resource)) {
      return in.readAllBytes();
    }
  }
}
