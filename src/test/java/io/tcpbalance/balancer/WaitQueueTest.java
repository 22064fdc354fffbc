package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(10)
class WaitQueueTest {

  private static final Eligibility EVERYTHING = new Eligibility(List.of(), Set.of());

  private final WaitQueue<String> queue = new WaitQueue<>();

  private static SlotRequest<String> request(long session, int attempt) {
    return new SlotRequest<>(
        new LeaseId(session, attempt), session, 0, Wish.anything(), PoolUnderTest.CLIENT, "");
  }

  /** A session that comes from another node with a place that it has already. */
  private static SlotRequest<String> coming(long session, long ticket) {
    return new SlotRequest<>(
        new LeaseId(session, 2), ticket, 0, Wish.anything(), PoolUnderTest.CLIENT, "");
  }

  private List<Long> sessions() {
    return queue.all().stream().map(r -> r.lease().session()).toList();
  }

  @Test
  void isEmptyAtFirst() {
    assertTrue(queue.isEmpty());
    assertEquals(0, queue.size());
    assertNull(queue.first());
  }

  @Test
  void standsInTheOrderOfTicketsNotOfArrival() {
    queue.add(request(3, 1), EVERYTHING);
    queue.add(request(1, 2), EVERYTHING);
    queue.add(request(2, 1), EVERYTHING);

    assertEquals(List.of(1L, 2L, 3L), sessions());
  }

  @Test
  void keepsTwoWithTheSameTicket() {
    SlotRequest<String> coming =
        new SlotRequest<>(new LeaseId(9, 1), 1, 0, Wish.anything(), PoolUnderTest.CLIENT, "");
    queue.add(request(1, 1), EVERYTHING);
    queue.add(request(2, 1), EVERYTHING);
    queue.add(coming, EVERYTHING);
    assertEquals(List.of(1L, 9L, 2L), sessions());

    queue.removeSession(1);

    assertEquals(List.of(9L, 2L), sessions());
    assertSame(coming, queue.first());
  }

  @Test
  void countsAClientOnceThatTwoSessionsStandFor() {
    Eligibility others = new Eligibility(List.of(), Set.of("a"));
    queue.add(request(1, 1), EVERYTHING);
    queue.add(request(2, 1), EVERYTHING);
    queue.add(coming(9, 1), EVERYTHING);
    queue.add(coming(8, 2), others);

    assertEquals(2, queue.size());
    assertEquals(List.of(request(1, 1), request(2, 1)), queue.clients(10));
    assertEquals(List.of(request(1, 1)), queue.clients(1));
    queue.regroup(request -> EVERYTHING);
    assertEquals(2, queue.size());

    queue.removeSession(1);
    assertEquals(2, queue.size());
    queue.removeSession(9);
    assertEquals(1, queue.size());
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10})
  void sizeIsTheNumberOfTickets(long seed) {
    Random random = new Random(seed);
    Map<Long, Long> tickets = new HashMap<>();
    Eligibility others = new Eligibility(List.of(), Set.of("a"));
    for (int i = 0; i < 2_000; i++) {
      long session = random.nextInt(30);
      int what = random.nextInt(20);
      if (what == 0) {
        queue.regroup(request -> random.nextBoolean() ? EVERYTHING : others);
      } else if (what < 8) {
        queue.removeSession(session);
        tickets.remove(session);
      } else {
        long ticket = random.nextInt(40);
        queue.add(coming(session, ticket), random.nextBoolean() ? EVERYTHING : others);
        tickets.put(session, ticket);
      }
      int clients = Set.copyOf(tickets.values()).size();
      assertEquals(clients, queue.size(), "seed " + seed + ", step " + i);
      assertEquals(clients, queue.clients(100).size());
    }
  }

  @Test
  void takesOutAnywhere() {
    for (long i = 1; i <= 3; i++) {
      queue.add(request(i, 1), EVERYTHING);
    }

    SlotRequest<String> removed = queue.remove(new LeaseId(2, 1));

    assertEquals(request(2, 1), removed);
    assertEquals(List.of(1L, 3L), sessions());
    assertNull(queue.find(new LeaseId(2, 1)));
  }

  @Test
  void takesOutOnce() {
    queue.add(request(1, 1), EVERYTHING);
    queue.remove(new LeaseId(1, 1));

    assertNull(queue.remove(new LeaseId(1, 1)));
    assertTrue(queue.isEmpty());
  }

  @Test
  void replacesAnEarlierWishOfTheSameSession() {
    queue.add(request(1, 1), EVERYTHING);
    SlotRequest<String> second = request(1, 2);
    queue.add(second, EVERYTHING);

    assertEquals(1, queue.size());
    assertNull(queue.find(new LeaseId(1, 1)));
    assertSame(second, queue.find(new LeaseId(1, 2)));
  }

  @Test
  void takesOutWhateverASessionWaitsFor() {
    queue.add(request(1, 3), EVERYTHING);
    queue.add(request(2, 1), EVERYTHING);

    queue.removeSession(1);
    queue.removeSession(7);

    assertEquals(List.of(2L), sessions());
    assertNull(queue.find(new LeaseId(1, 3)));
  }

  @Test
  void keepsOrderOverAllGroups() {
    Eligibility others = new Eligibility(List.of(), Set.of("a"));
    queue.add(request(4, 1), others);
    queue.add(request(2, 1), EVERYTHING);
    queue.add(request(3, 1), EVERYTHING);
    queue.add(request(1, 1), others);

    assertEquals(List.of(1L, 2L, 3L, 4L), sessions());
    assertEquals(request(1, 1), queue.first());
    assertEquals(4, queue.size());
  }

  @Test
  void eachGroupHasItsOwnFirst() {
    Eligibility others = new Eligibility(List.of(), Set.of("a"));
    queue.add(request(3, 1), EVERYTHING);
    queue.add(request(2, 1), others);
    queue.add(request(1, 1), EVERYTHING);

    assertEquals(
        List.of(request(1, 1), request(2, 1)),
        queue.groups().stream().map(WaitQueue.Group::first).toList());
  }

  @Test
  void whoComesBackWithAnotherWishChangesItsGroup() {
    Eligibility others = new Eligibility(List.of(), Set.of("a"));
    queue.add(request(1, 1), EVERYTHING);
    queue.add(request(1, 2), others);

    assertEquals(
        List.of(others), queue.groups().stream().map(WaitQueue.Group::eligibility).toList());
    assertEquals(List.of(1L), sessions());
  }

  @Test
  void groupsAllAnew() {
    Eligibility others = new Eligibility(List.of(), Set.of("a"));
    queue.add(request(1, 1), EVERYTHING);
    queue.add(request(2, 1), others);

    queue.regroup(request -> EVERYTHING);

    assertEquals(1, queue.groups().size());
    assertEquals(List.of(1L, 2L), sessions());
    assertEquals(request(2, 1), queue.remove(new LeaseId(2, 1)));
  }

  @Test
  void keepsOneEntryOfARepeatedWish() {
    queue.add(request(1, 1), EVERYTHING);
    queue.add(request(1, 1), EVERYTHING);

    assertEquals(1, queue.size());
    assertEquals(request(1, 1), queue.remove(new LeaseId(1, 1)));
    assertTrue(queue.isEmpty());
  }
}
