package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeedListTest {

  private static final List<String> ALONE = List.of("10.0.0.1:7");
  private static final List<String> BOTH = List.of("10.0.0.1:7", "10.0.0.2:7");
  private static final List<String> SECOND = List.of("10.0.0.2:7");

  private static SeedList ofName(String self) {
    return new SeedList(self, 0, List.of());
  }

  private final SeedList first = ofName("10.0.0.1:7");
  private final SeedList second = ofName("10.0.0.2:7");

  @Test
  void addressesHaveTheSameOrderWhateverThatOfTheAnswerIs() {
    List<InetSocketAddress> answer =
        Stream.of("fd00::1", "10.0.0.10", "200.0.0.1", "::2", "10.0.0.9", "10.0.0.2", "10.0.0.9")
            .map(host -> new InetSocketAddress(host, 7))
            .toList();

    assertEquals(
        List.of(
            "10.0.0.2:7",
            "10.0.0.9:7",
            "10.0.0.10:7",
            "200.0.0.1:7",
            "[0:0:0:0:0:0:0:2]:7",
            "[fd00:0:0:0:0:0:0:1]:7"),
        Seeds.inOrder(answer));
  }

  @Test
  void formsAClusterOnlyByAListSeenTwice() {
    assertEquals(SECOND, first.found(BOTH, List.of()));
    assertEquals(BOTH, first.found(BOTH, List.of()));
    assertEquals(BOTH, first.found(BOTH, List.of()));
  }

  @Test
  void doesNotFormOneByAListThatGrows() {
    assertEquals(List.of(), first.found(ALONE, List.of()));
    assertEquals(SECOND, first.found(BOTH, List.of()));
    assertEquals(BOTH, first.found(BOTH, List.of()));
  }

  @Test
  void believesAListThatIsWrittenDown() {
    assertEquals(BOTH, new SeedList("10.0.0.1:7", 0, BOTH).found(BOTH, List.of()));
  }

  @Test
  void aNodeThatIsNotFirstOnlyAsks() {
    assertEquals(ALONE, second.found(BOTH, List.of()));
    assertEquals(ALONE, second.found(BOTH, List.of()));
  }

  @Test
  void aNodeThatTheNameDoesNotHaveOnlyAsks() {
    SeedList none = ofName("10.0.0.1:8");

    assertEquals(BOTH, none.found(BOTH, List.of()));
    assertEquals(BOTH, none.found(BOTH, List.of()));
    assertFalse(none.hasSelf());
    second.found(BOTH, List.of());
    assertTrue(second.hasSelf());
  }

  @Test
  void theFirstFormsOneOnlyIfNobodyIsAtTheOtherPorts() {
    SeedList moving = new SeedList("10.0.0.1:7", 8, BOTH);

    assertEquals(List.of("10.0.0.1:8", "10.0.0.2:8"), moving.atOtherPort(BOTH));
    assertEquals(List.of("10.0.0.2:7", "10.0.0.2:8"), moving.found(BOTH, List.of("10.0.0.2:8")));
    assertEquals(BOTH, moving.found(BOTH, List.of()));
  }

  @Test
  void othersAskAtTheOtherPortWhoIsThere() {
    SeedList moving = new SeedList("10.0.0.2:7", 8, BOTH);

    assertEquals(List.of("10.0.0.1:7", "10.0.0.1:8"), moving.found(BOTH, List.of("10.0.0.1:8")));
    assertEquals(ALONE, moving.found(BOTH, List.of()));
  }

  @Test
  void nobodyHasAnotherPortIfThereIsNone() {
    assertEquals(List.of(), first.atOtherPort(BOTH));
  }

  @Test
  void newCodeIsOneOfTheSeedsAndDoesNotAskItself() {
    SeedList heir = new SeedList("10.0.0.1:8", 8, BOTH);

    assertEquals(List.of("10.0.0.2:8"), heir.atOtherPort(BOTH));
    assertEquals(BOTH, heir.found(BOTH, List.of()));
    assertTrue(heir.hasSelf());
  }

  @Test
  void findsTheOtherPortOfAnIpv6Address() {
    assertEquals("[0:0:0:0:0:0:0:1]:8", new SeedList("a:7", 8, BOTH).moved("[0:0:0:0:0:0:0:1]:7"));
  }
}
