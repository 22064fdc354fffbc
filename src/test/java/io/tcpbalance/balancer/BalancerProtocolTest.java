package io.tcpbalance.balancer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;

import io.tcpbalance.balancer.Balancer.Command;
import io.tcpbalance.config.QueueSettings;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.pekko.actor.UnhandledMessage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.pattern.StatusReply;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class BalancerProtocolTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  @Test
  void understandsEveryCommand() {
    TestProbe<UnhandledMessage> unhandled = KIT.createTestProbe();
    KIT.system()
        .eventStream()
        .tell(new EventStream.Subscribe<>(UnhandledMessage.class, unhandled.getRef()));
    BalancerUnderTest test = new BalancerUnderTest(KIT, Hosts.configured("a", 1));
    List<Command> commands = oneOfEach(test);
    assertEquals(
        kinds(Command.class).collect(Collectors.toSet()),
        commands.stream().map(Object::getClass).collect(Collectors.toSet()),
        "a command is missing in this test");

    // One that has retired takes everything, and understands little of it.
    commands.stream().filter(m -> !(m instanceof Balancer.Retire)).forEach(test.ref::tell);
    // Something that nobody understands, so that the probe has an end to wait for.
    test.ref.<Object>unsafeUpcast().tell("the end");

    assertEquals("the end", unhandled.receiveMessage().message());
    assertNotNull(test.describe());
  }

  private static Stream<Class<?>> kinds(Class<?> type) {
    return type.isSealed()
        ? Arrays.stream(type.getPermittedSubclasses()).flatMap(BalancerProtocolTest::kinds)
        : Stream.of(type);
  }

  private static List<Command> oneOfEach(BalancerUnderTest test) {
    LeaseId lease = BalancerUnderTest.id(1);
    TestProbe<StatusReply<BackendStatus>> operator = KIT.createTestProbe();
    TestProbe<StatusReply<PoolStatus>> poolOperator = KIT.createTestProbe();
    TestProbe<PoolStatus> viewer = KIT.createTestProbe();
    TestProbe<Optional<Stall>> stallViewer = KIT.createTestProbe();
    TestProbe<List<WaitingClient>> waitingViewer = KIT.createTestProbe();
    TestProbe<Balancer.WatcherMessage> watcher = KIT.createTestProbe();
    Command tick =
        kinds(Command.class)
            .filter(k -> k.getSimpleName().equals("Tick"))
            .map(k -> (Command) k.getEnumConstants()[0])
            .findFirst()
            .orElseThrow();
    TestProbe<Balancer.Frozen> freezing = KIT.createTestProbe();
    TestProbe<Balancer.Reconfigured> reconfiguring = KIT.createTestProbe();
    PoolSettings settings =
        new PoolSettings(
            new QueueSettings(Duration.ofSeconds(1), 1), Hosts.probed(Duration.ofSeconds(1)), true);
    return List.of(
        tick,
        new Balancer.Reconfigure(now -> now, settings, reconfiguring.getRef()),
        Balancer.RegistrarStarted.INSTANCE,
        new Balancer.Roll(1, Set.of(1L, 2L, 3L)),
        new Balancer.HoldsNothing(1, 1),
        new Balancer.Waits(1, test.wish(BalancerUnderTest.id(2))),
        new Balancer.Holds(
            1, BalancerUnderTest.id(3), BalancerUnderTest.slot("a"), true, test.sessions.getRef()),
        new Balancer.Adopt(
            BalancerUnderTest.id(4), BalancerUnderTest.slot("a"), true, test.sessions.getRef()),
        test.wish(lease),
        new Balancer.Connected(lease),
        new Balancer.Release(lease, BalancerUnderTest.slot("a"), new Outcome.Unused()),
        new Balancer.Blame(lease, "a", "reset"),
        new Balancer.Withdraw(lease),
        new Balancer.SessionEnded(1),
        new Balancer.Observed("a", Observation.UNREACHABLE, "refused"),
        new Balancer.Learned("a", 2),
        new Balancer.Watch(watcher.getRef()),
        new Balancer.Describe(viewer.getRef()),
        new Balancer.AskStall(stallViewer.getRef()),
        new Balancer.ListWaiting(1, waitingViewer.getRef()),
        new Balancer.Add(Hosts.configured("b", 1), new Placement.Last(), operator.getRef()),
        new Balancer.Change(
            "b",
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            operator.getRef()),
        new Balancer.Reset("b", operator.getRef()),
        new Balancer.ResetAll(poolOperator.getRef()),
        new Balancer.Remove("b", true, operator.getRef()),
        new Balancer.Freeze(freezing.getRef()),
        Balancer.Thaw.INSTANCE,
        new Balancer.Retire(fact -> {}));
  }
}
