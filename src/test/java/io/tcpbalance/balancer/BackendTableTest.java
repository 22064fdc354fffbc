package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(10)
class BackendTableTest {

  private static final Set<String> NONE = Set.of();

  private final BackendTable table = new BackendTable();
  private final Backend a = new Backend(Hosts.up("a", 1));
  private final Backend b = new Backend(Hosts.up("b", 1));
  private final Backend c = new Backend(Hosts.up("c", 1));

  @BeforeEach
  void insertThree() {
    for (Backend backend : List.of(a, b, c)) {
      table.insert(backend, new Placement.Last());
    }
  }

  private @Nullable Backend choose(Set<String> avoid) {
    return table.choose(table.eligibility(Wish.anything()), avoid);
  }

  private void occupy(Backend... backends) {
    for (Backend backend : backends) {
      backend.active++;
      table.reindex(backend);
    }
  }

  private void fail(Backend backend) {
    backend.healthy = false;
    table.reindex(backend);
  }

  @Test
  void findsByName() {
    assertSame(b, table.find("b"));
    assertNull(table.find("d"));
  }

  @Test
  void choosesTheFastestThatIsFree() {
    assertSame(a, choose(NONE));
    occupy(a);
    assertSame(b, choose(NONE));
    occupy(b, c);

    assertNull(choose(NONE));
    assertFalse(table.hasFree());
  }

  @Test
  void choosesAFreedOneAgain() {
    occupy(a, b, c);

    b.active--;
    table.reindex(b);

    assertSame(b, choose(NONE));
  }

  @Test
  void choosesTheSameUntilItIsFull() {
    a.limit = SlotLimit.of(3);
    occupy(a, a);
    assertSame(a, choose(NONE));

    occupy(a);

    assertSame(b, choose(NONE));
  }

  @Test
  void countsPendingAsUsed() {
    a.pending++;
    table.reindex(a);

    assertSame(b, choose(NONE));
  }

  @Test
  void doesNotChooseWhatTheOperatorDoesNotWant() {
    a.state = OperatorState.DOWN;
    b.state = OperatorState.DRAIN;
    c.removing = true;
    List.of(a, b, c).forEach(table::reindex);

    assertNull(choose(NONE));
  }

  @Test
  void doesNotChooseAboveALoweredMaximum() {
    a.limit = SlotLimit.of(3);
    occupy(a, a);

    a.limit = SlotLimit.of(1);
    table.reindex(a);
    assertSame(b, choose(NONE));
    a.active--;
    table.reindex(a);
    assertSame(b, choose(NONE));
    a.active--;
    table.reindex(a);

    assertSame(a, choose(NONE));
  }

  @Test
  void leavesAFailedOneAloneUntilItsRetryIsDue() {
    fail(a);
    assertSame(b, choose(NONE));

    a.retryDue = true;
    table.reindex(a);

    assertSame(a, choose(NONE));
  }

  @Test
  void triesAFailedOneWithOneClientAtATime() {
    a.limit = SlotLimit.of(5);
    fail(a);
    a.retryDue = true;
    a.pending = 1;
    table.reindex(a);

    assertSame(b, choose(NONE));
  }

  @Test
  void triesAFailedOneBesideItsOldSessions() {
    a.limit = SlotLimit.of(5);
    occupy(a);
    fail(a);
    a.retryDue = true;
    table.reindex(a);

    assertSame(a, choose(NONE));
  }

  @Test
  void avoidsWhereAnotherIsFree() {
    assertSame(b, choose(Set.of("a")));
    assertSame(c, choose(Set.of("a", "b")));
  }

  @Test
  void takesTheAvoidedRatherThanNone() {
    occupy(b, c);

    assertSame(a, choose(Set.of("a")));
  }

  @Test
  void takesTheFastestAvoidedWhereAllAreAvoided() {
    assertSame(a, choose(Set.of("a", "b", "c")));
    occupy(a);
    assertSame(b, choose(Set.of("a", "b", "c")));
  }

  @Test
  void letsWhoAvoidsAFailedOneTryItWhereNoOtherIsFree() {
    fail(a);
    occupy(b, c);
    assertNull(choose(Set.of("a")));

    a.retryDue = true;
    table.reindex(a);

    assertSame(a, choose(Set.of("a")));
  }

  @Test
  void avoidingAnUnknownOneMeansNothing() {
    assertSame(a, choose(Set.of("gone")));
    occupy(a, b, c);
    assertNull(choose(Set.of("gone")));
  }

  @Test
  void insertsWhereItIsTold() {
    Backend first = new Backend(Hosts.up("first", 1));
    Backend afterB = new Backend(Hosts.up("afterB", 1));
    Backend last = new Backend(Hosts.up("last", 1));

    table.insert(first, new Placement.First());
    table.insert(afterB, new Placement.After("b"));
    table.insert(last, new Placement.Last());

    assertEquals(List.of("first", "a", "b", "afterB", "c", "last"), Hosts.names(table.all()));
    assertChoosesInOrder();
  }

  @Test
  void insertsLastAfterOneThatIsGone() {
    table.insert(new Backend(Hosts.up("d", 1)), new Placement.After("gone"));

    assertEquals(List.of("a", "b", "c", "d"), Hosts.names(table.all()));
    assertChoosesInOrder();
  }

  @Test
  void movesForwardAndBackward() {
    table.move(c, new Placement.First());
    assertEquals(List.of("c", "a", "b"), Hosts.names(table.all()));
    table.move(c, new Placement.After("a"));
    assertEquals(List.of("a", "c", "b"), Hosts.names(table.all()));
    table.move(a, new Placement.Last());
    assertEquals(List.of("c", "b", "a"), Hosts.names(table.all()));
    table.move(a, new Placement.Last());

    assertEquals(List.of("c", "b", "a"), Hosts.names(table.all()));
    assertChoosesInOrder();
  }

  @Test
  void movesBusyOnesToo() {
    occupy(a, b);

    table.move(a, new Placement.Last());
    table.move(c, new Placement.After("b"));
    a.active--;
    table.reindex(a);

    assertEquals(List.of("b", "c", "a"), Hosts.names(table.all()));
    assertSame(c, choose(NONE));
    occupy(c);
    assertSame(a, choose(NONE));
  }

  @Test
  void forgetsTheRemoved() {
    table.remove(a);

    assertNull(table.find("a"));
    assertEquals(List.of("b", "c"), Hosts.names(table.all()));
    assertSame(b, choose(NONE));
    occupy(b, c);
    assertFalse(table.hasFree());
  }

  @Test
  void isEmptyAfterTheLastIsRemoved() {
    List.of(a, b, c).forEach(table::remove);

    assertTrue(table.all().isEmpty());
    assertNull(choose(NONE));
    table.insert(a, new Placement.Last());
    assertSame(a, choose(NONE));
  }

  private void assertChoosesInOrder() {
    for (Backend expected : List.copyOf(table.all())) {
      assertSame(expected, choose(NONE));
      occupy(expected);
    }
    assertNull(choose(NONE));
  }
}
