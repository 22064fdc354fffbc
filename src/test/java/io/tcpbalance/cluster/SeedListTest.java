package io.tcpbalance.cluster;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class SeedListTest {

  private static final List<InetSocketAddress> BOTH = seeds("10.0.0.1", "10.0.0.2");

  private static List<InetSocketAddress> seeds(String... hosts) {
    return Stream.of(hosts).map(host -> new InetSocketAddress(host, 7)).toList();
  }

  private final SeedList first = new SeedList("10.0.0.1:7");
  private final SeedList second = new SeedList("10.0.0.2:7");

  @Test
  void asksInTheSameOrderWhateverThatOfTheAnswerIs() {
    SeedList other = new SeedList("10.0.0.9:7");

    assertEquals(
        Optional.of(seeds("10.0.0.2", "10.0.0.9", "10.0.0.10", "200.0.0.1", "::2", "fd00::1")),
        other.found(
            seeds("fd00::1", "10.0.0.10", "200.0.0.1", "::2", "10.0.0.9", "10.0.0.2", "10.0.0.9")));
  }

  @Test
  void formsAClusterOnlyByAListSeenTwice() {
    assertTrue(first.found(BOTH).isEmpty());
    assertEquals(Optional.of(BOTH), first.found(seeds("10.0.0.2", "10.0.0.1")));
  }

  @Test
  void doesNotFormOneByAListThatGrows() {
    assertTrue(first.found(seeds("10.0.0.1")).isEmpty());
    assertTrue(first.found(BOTH).isEmpty());
    assertEquals(Optional.of(BOTH), first.found(BOTH));
  }

  @Test
  void joinsAtOnceWhoIsBeforeIt() {
    assertEquals(Optional.of(BOTH), second.found(BOTH));
  }

  @Test
  void goesOnAskingTheSame() {
    second.found(BOTH);

    assertTrue(second.found(BOTH).isEmpty());
  }

  @Test
  void asksOthersWhenTheNameHasOthers() {
    second.found(BOTH);
    List<InetSocketAddress> moved = seeds("10.0.0.2", "10.0.0.1", "10.0.0.0");

    assertEquals(Optional.of(seeds("10.0.0.0", "10.0.0.1", "10.0.0.2")), second.found(moved));
  }

  @Test
  void aNodeThatTheNameDoesNotHaveCanJoin() {
    SeedList none = new SeedList("10.0.0.1:8");

    assertEquals(Optional.of(BOTH), none.found(BOTH));
    assertFalse(none.hasSelf());
    second.found(BOTH);
    assertTrue(second.hasSelf());
  }
}
