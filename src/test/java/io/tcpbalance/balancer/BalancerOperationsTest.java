package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Balancer.Add;
import io.tcpbalance.balancer.Balancer.Change;
import io.tcpbalance.balancer.Balancer.Evicted;
import io.tcpbalance.balancer.Balancer.Remove;
import io.tcpbalance.balancer.Balancer.Reset;
import io.tcpbalance.balancer.Balancer.ResetAll;
import io.tcpbalance.balancer.OperationRefused.Kind;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.QueueSettings;
import io.tcpbalance.config.SlotLimit;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BalancerOperationsTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  private final BalancerUnderTest test =
      BalancerUnderTest.serving(KIT, Hosts.configured("a", 1), Hosts.configured("b", 2));

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private <R> StatusReply<R> ask(Function<ActorRef<StatusReply<R>>, Balancer.Command> operation) {
    TestProbe<StatusReply<R>> operator = KIT.createTestProbe();
    test.ref.tell(operation.apply(operator.getRef()));
    return operator.receiveMessage();
  }

  private StatusReply<BackendStatus> add(BackendSettings backend, Placement placement) {
    return ask(replyTo -> new Add(backend, placement, replyTo));
  }

  private StatusReply<BackendStatus> put(String name, OperatorState state) {
    return ask(
        replyTo ->
            new Change(
                name,
                Optional.of(state),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                replyTo));
  }

  private StatusReply<BackendStatus> resize(String name, int max) {
    return resize(name, SlotLimit.of(max));
  }

  private StatusReply<BackendStatus> resize(String name, SlotLimit limit) {
    return ask(
        replyTo ->
            new Change(
                name,
                Optional.empty(),
                Optional.of(limit),
                Optional.empty(),
                Optional.empty(),
                replyTo));
  }

  private StatusReply<BackendStatus> move(String name, Placement placement) {
    return ask(
        replyTo ->
            new Change(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.of(placement),
                Optional.empty(),
                replyTo));
  }

  private StatusReply<BackendStatus> equip(String name, List<String> compilers) {
    return ask(
        replyTo ->
            new Change(
                name,
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.of(compilers),
                replyTo));
  }

  private StatusReply<BackendStatus> reset(String name) {
    return ask(replyTo -> new Reset(name, replyTo));
  }

  private StatusReply<BackendStatus> remove(String name, boolean force) {
    return ask(replyTo -> new Remove(name, force, replyTo));
  }

  private List<String> names() {
    return test.describe().backends().stream().map(BackendStatus::name).toList();
  }

  private static void assertRefused(Kind kind, String message, StatusReply<?> reply) {
    assertTrue(reply.isError(), "not refused");
    OperationRefused refused = assertInstanceOf(OperationRefused.class, reply.getError());
    assertEquals(message, refused.getMessage());
    assertEquals(kind, refused.kind());
  }

  private void assertUnchanged(PoolStatus before) {
    assertEquals(before, test.describe());
  }

  @Test
  void addsAtTheEndAndServesWhoWaits() {
    for (long session = 1; session <= 4; session++) {
      test.acquire(session);
    }

    BackendStatus added = add(Hosts.configured("c", 2), new Placement.Last()).getValue();

    assertEquals("up", added.status());
    assertEquals(1, added.pending());
    assertEquals(List.of("a", "b", "c"), names());
    test.expectGranted(1, 1, "a");
    test.expectGranted(1, 2, "b");
    test.expectGranted(1, 3, "b");
    test.expectQueued(4);
    test.expectGranted(1, 4, "c");
  }

  @Test
  void addsWhereItIsTold() {
    add(Hosts.configured("first", 1), new Placement.First());
    add(Hosts.configured("second", 1), new Placement.After("first"));

    assertEquals(List.of("first", "second", "a", "b"), names());
    test.acquire(1);
    test.expectGranted(1, 1, "first");
  }

  @Test
  void addsOneThatIsDown() {
    assertEquals(
        "down",
        add(Hosts.configured("c", 1, OperatorState.DOWN), new Placement.First())
            .getValue()
            .status());

    test.acquire(1);

    test.expectGranted(1, 1, "a");
  }

  @Test
  void refusesToAddWhatIsThere() {
    assertRefused(
        Kind.CONFLICT,
        "back-end 'a' exists already; change it or choose another name",
        add(Hosts.configured("a", 1), new Placement.Last()));
  }

  @Test
  void refusesToAddWhatIsStillBeingRemoved() {
    test.acquire(1);
    remove("a", false);

    assertRefused(
        Kind.CONFLICT,
        "back-end 'a' is being removed; wait until it is gone, then add it again",
        add(Hosts.configured("a", 1), new Placement.Last()));

    test.finish(1);
    assertTrue(add(Hosts.configured("a", 1), new Placement.Last()).isSuccess());
  }

  @Test
  void refusesToAddWhatMakesNoSense() {
    PoolStatus before = test.describe();

    assertRefused(
        Kind.INVALID,
        "maxConnections must be from 1 to 100000, not 0",
        add(Hosts.configured("c", 0), new Placement.Last()));
    assertRefused(
        Kind.INVALID,
        "maxConnections must be from 1 to 100000, not 100001",
        add(Hosts.configured("c", 100_001), new Placement.Last()));
    assertRefused(
        Kind.INVALID,
        "'after' names 'x', which is no back-end of this proxy",
        add(Hosts.configured("c", 1), new Placement.After("x")));
    assertRefused(
        Kind.INVALID,
        "'c' cannot stand after itself; name another in 'after'",
        add(Hosts.configured("c", 1), new Placement.After("c")));
    assertUnchanged(before);
  }

  @Test
  void drainsAndPutsUpAgain() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.connected(1);

    assertEquals("draining", put("a", OperatorState.DRAIN).getValue().status());
    test.finish(1);
    test.acquire(2);
    test.expectGranted(1, 2, "b");
    assertEquals("up", put("a", OperatorState.UP).getValue().status());

    test.acquire(3);
    test.expectGranted(1, 3, "a");
  }

  @Test
  void operatorsUpForgivesAFailure() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.failToConnect(1);
    assertEquals("failed", test.describe("a").status());

    BackendStatus status = put("a", OperatorState.UP).getValue();

    assertEquals("up", status.status());
    assertEquals(Optional.of("refused"), status.lastError());
  }

  @Test
  void operatorsDownIsNotOverwrittenByWhatIsObserved() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    put("a", OperatorState.DOWN);

    test.failToConnect(1);

    assertEquals("down", test.describe("a").status());
    assertEquals(false, test.describe("a").healthy());
  }

  @Test
  void enlargesAndServesWhoWaits() {
    for (long session = 1; session <= 5; session++) {
      test.acquire(session);
    }
    assertEquals(List.of(4L, 5L), test.waiting());

    assertEquals(3, resize("a", 3).getValue().maxConnections());

    assertEquals(List.of(), test.waiting());
    assertEquals(3, test.describe("a").pending());
  }

  @Test
  void shrinkingClosesNobody() {
    for (long session = 1; session <= 3; session++) {
      test.acquire(session);
    }

    BackendStatus status = resize("b", 1).getValue();

    assertEquals(2, status.pending());
    assertEquals(1, status.maxConnections());
  }

  @Test
  void movesToTheFront() {
    move("b", new Placement.First());

    assertEquals(List.of("b", "a"), names());
    test.acquire(1);
    test.expectGranted(1, 1, "b");
  }

  @Test
  void refusedChangeChangesNothing() {
    PoolStatus before = test.describe();

    assertRefused(
        Kind.UNKNOWN,
        "no back-end 'x'; list the back-ends to see their names",
        put("x", OperatorState.DOWN));
    assertRefused(Kind.INVALID, "maxConnections must be from 1 to 100000, not -1", resize("a", -1));
    assertRefused(
        Kind.INVALID,
        "'a' cannot stand after itself; name another in 'after'",
        move("a", new Placement.After("a")));
    assertRefused(
        Kind.INVALID,
        "'after' names 'x', which is no back-end of this proxy",
        this.<BackendStatus>ask(
            replyTo ->
                new Change(
                    "a",
                    Optional.of(OperatorState.DOWN),
                    Optional.of(SlotLimit.of(7)),
                    Optional.of(new Placement.After("x")),
                    Optional.empty(),
                    replyTo)));
    assertUnchanged(before);
  }

  @Test
  void learnsSlotsUntilAnOperatorGivesANumberAndAgainWhenHeSaysSo() {
    assertEquals(1, resize("a", SlotLimit.AUTO).getValue().maxConnections());
    test.ref.tell(new Balancer.Learned("a", 3));
    BackendStatus learned = test.describe("a");
    assertEquals(3, learned.maxConnections());
    assertEquals(3, learned.slots());
    assertEquals(new Learning(true, 3633, OptionalInt.of(3)), learned.learning());
    assertEquals(SlotLimit.AUTO, learned.settings().maxConnections());

    BackendStatus given = resize("a", 2).getValue();
    test.ref.tell(new Balancer.Learned("a", 5));

    assertEquals(2, given.maxConnections());
    assertEquals(2, test.describe("a").maxConnections());
    assertEquals(SlotLimit.of(2), test.holder.get().staying().get(0).maxConnections());
    assertEquals(5, resize("a", SlotLimit.AUTO).getValue().maxConnections());
  }

  @Test
  void whatWasLearnedOutlivesTheBalancerAndIsNoOperatorsWord() {
    resize("a", SlotLimit.AUTO);
    List<BackendSettings> settings = test.holder.get().staying();

    test.ref.tell(new Balancer.Learned("a", 3));
    test.kill();
    test.census();

    assertEquals(3, test.describe("a").slots());
    assertEquals(settings, test.holder.get().staying());
  }

  @Test
  void hostsThatCannotBeAskedHaveNumbers() {
    TestProbe<Balancer.Reconfigured> done = KIT.createTestProbe();
    PoolSettings cannotBeAsked =
        new PoolSettings(
            new QueueSettings(Duration.ofSeconds(1), 1), Hosts.probed(Duration.ZERO), false);
    test.ref.tell(new Balancer.Reconfigure(now -> now, cannotBeAsked, done.getRef()));
    PoolStatus before = test.describe();

    assertRefused(
        Kind.INVALID,
        "maxConnections can be auto only where protocol = distcc; give a number",
        resize("a", SlotLimit.AUTO));
    assertRefused(
        Kind.INVALID,
        "maxConnections can be auto only where protocol = distcc; give a number",
        add(Hosts.learning("c").settings(), new Placement.Last()));
    assertUnchanged(before);
  }

  @Test
  void changesCompilersAndServesWhoWaitedForOne() {
    equip("a", List.of("gcc"));
    equip("b", List.of("clang"));
    test.ref.tell(test.wish(BalancerUnderTest.id(1), Hosts.needing("gcc")));
    test.ref.tell(test.wish(BalancerUnderTest.id(2), Hosts.needing("gcc")));
    test.expectGranted(1, 1, "a");
    test.expectQueued(2);

    BackendStatus changed = equip("b", List.of()).getValue();

    assertEquals(List.of(), changed.compilers());
    assertEquals(List.of("gcc"), test.describe("a").compilers());
    test.expectGranted(1, 2, "b");
    assertEquals(test.describe("a").compilers(), test.holder.get().backends().get(0).compilers());
  }

  @Test
  void refusesCompilersThatAreNoNames() {
    PoolStatus before = test.describe();

    assertRefused(
        Kind.INVALID,
        "compilers must be at most 1000, not 1001",
        equip("a", Collections.nCopies(1001, "gcc")));
    assertRefused(
        Kind.INVALID,
        "compilers " + BackendSettings.COMPILER_PATTERN_RULE,
        equip("a", List.of("gcc", "/usr/bin/gcc")));
    assertUnchanged(before);
  }

  @Test
  void resetsAFailedOne() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.failToConnect(1);
    put("a", OperatorState.DRAIN);

    BackendStatus status = reset("a").getValue();

    assertEquals("up", status.status());
    assertEquals(Optional.of("reset"), status.lastError());
    assertEquals(Optional.of(BalancerUnderTest.NOW), status.lastErrorTime());
  }

  @Test
  void resetsAllAndTheStartTimeButNoCounter() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    test.connected(1);
    test.finish(1);
    put("a", OperatorState.DOWN);
    put("b", OperatorState.DOWN);

    StatusReply<PoolStatus> reply = ask(ResetAll::new);

    PoolStatus status = reply.getValue();
    assertEquals(BalancerUnderTest.NOW, status.startedAt());
    assertEquals(
        List.of("up", "up"), status.backends().stream().map(BackendStatus::status).toList());
    assertEquals(1, status.backends().get(0).activeCount());
  }

  @Test
  void resetOfAllLeavesAloneWhatIsBeingRemoved() {
    test.acquire(1);
    remove("a", false);

    StatusReply<PoolStatus> reply = ask(ResetAll::new);

    assertEquals("draining", reply.getValue().backends().get(0).status());
  }

  @Test
  void refusesToResetTheUnknown() {
    assertRefused(
        Kind.UNKNOWN, "no back-end 'x'; list the back-ends to see their names", reset("x"));
  }

  @Test
  void removesAnIdleOneAtOnce() {
    assertEquals("a", remove("a", false).getValue().name());

    assertEquals(List.of("b"), names());
  }

  @Test
  void removesABusyOneAfterItsLastSession() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");

    assertEquals("draining", remove("a", false).getValue().status());
    test.acquire(2);
    test.expectGranted(1, 2, "b");
    assertEquals(List.of("a", "b"), names());
    test.finish(1);

    assertEquals(List.of("b"), names());
  }

  @Test
  void removesByForce() {
    test.acquire(1);
    test.acquire(2);
    test.expectGranted(1, 1, "a");
    test.expectGranted(1, 2, "b");

    remove("a", true);

    test.sessions.expectMessage(new Evicted(BalancerUnderTest.id(1)));
    test.expectSilence();
  }

  @Test
  void removalCanBecomeForced() {
    test.acquire(1);
    test.expectGranted(1, 1, "a");
    remove("a", false);
    test.expectSilence();

    remove("a", true);

    test.sessions.expectMessage(new Evicted(BalancerUnderTest.id(1)));
  }

  @Test
  void refusesToChangeWhatIsBeingRemoved() {
    test.acquire(1);
    remove("a", false);
    String message = "back-end 'a' is being removed; wait until it is gone, then add it again";

    assertRefused(Kind.CONFLICT, message, put("a", OperatorState.UP));
    assertRefused(Kind.CONFLICT, message, resize("a", 5));
    assertRefused(Kind.CONFLICT, message, move("a", new Placement.Last()));
    assertRefused(Kind.CONFLICT, message, reset("a"));
  }

  @Test
  void refusesToRemoveTheUnknown() {
    assertRefused(
        Kind.UNKNOWN, "no back-end 'x'; list the back-ends to see their names", remove("x", true));
  }

  @Test
  void everyWordIsInTheRosterBeforeItIsAnswered() {
    add(Hosts.configured("c", 1), new Placement.First());
    resize("a", 7);
    put("b", OperatorState.DRAIN);
    PoolStatus before = test.describe();
    assertEquals(before.backends(), test.holder.get().backends());

    test.kill();
    test.census();

    assertUnchanged(before);
  }
}
