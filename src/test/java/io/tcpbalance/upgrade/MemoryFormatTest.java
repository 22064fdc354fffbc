package io.tcpbalance.upgrade;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.admin.access.KnownLogin;
import io.tcpbalance.admin.access.KnownMachine;
import io.tcpbalance.admin.access.Visitors;
import io.tcpbalance.admin.http.Remembered;
import io.tcpbalance.admin.live.Notice;
import io.tcpbalance.config.Network;
import io.tcpbalance.metrics.ProxyHistory;
import io.tcpbalance.metrics.ProxyHistory.Sample;
import io.tcpbalance.metrics.Tallies;
import java.io.IOException;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the interfaces remember, on its way to other code. */
class MemoryFormatTest {

  private static final Instant START = Instant.parse("2026-11-23T07:00:00.123Z");
  private static final KnownLogin LOGIN = new KnownLogin("key", "ci", "digest", -5, Long.MAX_VALUE);
  private static final Notice NOTICE =
      new Notice("then", "a", null, "operator", "says \"<b>\u0000\ud83d\ude00\"");
  private static final Remembered ALL =
      new Remembered(
          Map.of("a", List.of(sample(0), sample(1)), "b", List.of()),
          List.of(NOTICE, new Notice("now", null, "bld1", "health", "")),
          Map.of("http", 7L, "console", Long.MAX_VALUE),
          new Visitors(
              List.of(LOGIN, new KnownLogin("key2", "guest", "digest2", 1, 2)),
              99.5,
              -7,
              List.of(
                  new KnownMachine(Network.parse("10.0.0.1/32"), 0.25, 3, true),
                  new KnownMachine(Network.parse("2001:db8:0:1::/64"), 10, 4, false))));

  private static Sample sample(int number) {
    boolean waited = number % 2 == 0;
    return new Sample(
        START.plusSeconds(5L * number),
        1234.567,
        50,
        waited ? 0.125 : null,
        waited ? 987_654.321 : null,
        64,
        Integer.MAX_VALUE,
        0.2);
  }

  private static byte[] written(Remembered remembered) {
    return SnapshotFormat.write(Handover.empty(), remembered);
  }

  private static Optional<Remembered> changed(String what, String with) throws IOException {
    String text = new String(written(ALL), UTF_8);
    assertTrue(text.contains(what), text);
    return MemoryFormat.read(text.replace(what, with).getBytes(UTF_8));
  }

  @Test
  void passesOverAsItIs() throws Exception {
    assertEquals(Optional.of(ALL), MemoryFormat.read(written(ALL)));
  }

  @Test
  void whoTellsOfItTellsWhatHeServesAsEver() throws Exception {
    assertEquals(Handover.empty(), SnapshotFormat.readServed(written(ALL)));
  }

  @Test
  void whoRemembersNothingIsFollowedAllTheSame() throws Exception {
    byte[] before = SnapshotFormat.write(Handover.empty());

    assertEquals(Optional.empty(), MemoryFormat.read(before));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"notices\":[ | \"later\":[1],\"notices\":[",
        "\"text\":\"\" | \"text\":\"\",\"later\":1",
        "0.25,3,true] | 0.25,3,true,\"later\"]",
        "2147483647,0.2] | 2147483647,0.2,\"later\"]"
      })
  void whatIsNotKnownYetIsSkipped(String what, String with) throws Exception {
    assertEquals(Optional.of(ALL), changed(what, with));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2147483647,0.2] | 2147483647]",
        "0.25,3,true] | 0.25]",
        "10.0.0.1/32 | example.com",
        "\"kind\" | \"sort\"",
        "\"tokenDigest\" | \"digest\"",
        "\"wrongTokens\" | \"tries\""
      })
  void whatIsBrokenIsTold(String what, String with) {
    assertThrows(IOException.class, () -> changed(what, with));
  }

  @Test
  void samplesOfManyProxiesAreBounded() throws Exception {
    List<Sample> samples =
        IntStream.range(0, ProxyHistory.LENGTH).mapToObj(i -> sample(i)).toList();
    Map<String, List<Sample>> histories = new HashMap<>();
    for (int i = 0; i < 100; i++) {
      histories.put("proxy-" + i, samples);
    }
    assertEquals(histories, passed(histories));
    for (int i = 100; i < 1000; i++) {
      histories.put("proxy-" + i, samples);
    }

    Map<String, List<Sample>> passed = passed(histories);

    int kept = ProxyHistory.LENGTH / 10;
    assertEquals(1000, passed.size());
    assertEquals(
        samples.subList(ProxyHistory.LENGTH - kept, ProxyHistory.LENGTH), passed.get("proxy-7"));
  }

  private static Map<String, List<Sample>> passed(Map<String, List<Sample>> histories)
      throws IOException {
    byte[] document = written(new Remembered(histories, List.of(), Map.of(), ALL.visitors()));
    assertTrue(document.length < 4 << 20, "bytes: " + document.length);
    return MemoryFormat.read(document).orElseThrow().histories();
  }

  @Test
  void newsPassOver() throws Exception {
    for (Remembered.News news :
        List.of(
            new Remembered.Noticed(NOTICE),
            new Remembered.LoggedIn(LOGIN),
            new Remembered.LoggedOut("key"))) {
      assertEquals(Optional.of(news), MemoryFormat.readNews(Json.read(MemoryFormat.write(news))));
    }
  }

  @Test
  void newsOfSlotsAreNoneOfInterfaces() throws Exception {
    byte[] news = NewsFormat.write("a", Tallies.NONE);

    assertFalse(MemoryFormat.readNews(Json.read(news)).isPresent());
  }

  @Test
  void newsThatAreNotKnownAreTold() {
    byte[] later =
        "{\"version\":3,\"readableFrom\":1,\"interfaces\":{\"later\":1}}".getBytes(UTF_8);

    assertThrows(IOException.class, () -> MemoryFormat.readNews(Json.read(later)));
  }
}
