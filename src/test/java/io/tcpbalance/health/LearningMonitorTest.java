package io.tcpbalance.health;

import static io.tcpbalance.health.MonitorUnderTest.host;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Learning;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.health.MonitorUnderTest.Question;
import io.tcpbalance.health.StatsPages.Answer;
import io.tcpbalance.testing.HeardLog;
import java.net.InetAddress;
import java.util.List;
import java.util.OptionalInt;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A monitor that asks hosts for their slots; it probes nothing. */
@Timeout(60)
class LearningMonitorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static MonitorUnderTest monitor(BackendStatus... backends) {
    MonitorUnderTest test =
        new MonitorUnderTest(KIT, HealthCheck.NONE, 2, 2, InetAddress::getAllByName);
    test.roster(backends);
    return test;
  }

  private static BackendStatus learning(String name, int statsPort) {
    return learning(name, statsPort, OperatorState.UP, true);
  }

  private static BackendStatus learning(
      String name, int statsPort, OperatorState state, boolean healthy) {
    Learning learning = new Learning(true, statsPort, OptionalInt.empty());
    return host(name, "127.0.0.1", 4001, state, healthy, learning);
  }

  private static void expectQuestion(MonitorUnderTest test, int port, Answer answer)
      throws InterruptedException {
    Question question = test.questions.take();
    assertEquals("127.0.0.1", question.host());
    assertEquals(port, question.port());
    question.answer().complete(answer);
    test.settle();
  }

  private static void expectNoQuestion(MonitorUnderTest test) {
    test.pass(SlotLearner.INTERVAL.multipliedBy(2));
    assertTrue(test.questions.isEmpty(), () -> "asked: " + test.questions);
  }

  @Test
  void asksAtOnceAndThenNowAndThen() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633), host("b", 4002))) {
      expectQuestion(test, 3633, Answer.of(3));
      test.balancer.expectMessage(new Balancer.Learned("a", 3));

      test.pass(SlotLearner.INTERVAL.minusMillis(1));
      assertTrue(test.questions.isEmpty());
      test.pass(SlotLearner.INTERVAL);
      expectQuestion(test, 3633, Answer.of(4));

      test.balancer.expectMessage(new Balancer.Learned("a", 4));
      test.expectSilence();
    }
  }

  @Test
  void waitsForAnAnswerBeforeItAsksAgain() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633))) {
      Question unanswered = test.questions.take();

      test.roster(learning("a", 3633));
      test.becomes("a", false);
      test.becomes("a", true);
      expectNoQuestion(test);

      unanswered.answer().complete(Answer.of(2));
      test.balancer.expectMessage(new Balancer.Learned("a", 2));
    }
  }

  @Test
  void asksAFailedHostAsSoonAsItIsBack() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633, OperatorState.UP, false))) {
      expectNoQuestion(test);

      test.becomes("a", true);
      expectQuestion(test, 3633, Answer.of(2));
      test.becomes("a", false);

      expectNoQuestion(test);
    }
  }

  @Test
  void asksWhereItIsToldToAndNobodyElse() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633))) {
      expectQuestion(test, 3633, Answer.of(2));

      test.roster(learning("a", 4633));
      expectQuestion(test, 4633, Answer.of(2));
      test.roster(learning("a", 4633, OperatorState.DOWN, true));
      expectNoQuestion(test);
      test.roster(host("a", 4001));
      expectNoQuestion(test);
      test.roster(learning("a", 4633));

      expectQuestion(test, 4633, Answer.of(2));
    }
  }

  @Test
  void answerOfAHostThatIsGoneIsNotUsed() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633))) {
      Question question = test.questions.take();

      test.roster(host("a", 4001));
      test.settle();
      question.answer().complete(Answer.of(9));

      test.expectSilence();
      expectNoQuestion(test);
    }
  }

  @Test
  void nextLifeAsksAnew() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633))) {
      Question unanswered = test.questions.take();

      test.kill();
      test.expectWatch();
      test.roster(learning("a", 3633));
      expectQuestion(test, 3633, Answer.of(2));
      test.balancer.expectMessage(new Balancer.Learned("a", 2));
      unanswered.answer().complete(Answer.of(9));

      test.expectSilence();
    }
  }

  @Test
  void nonsenseIsBoundedAndToldOnce() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633));
        HeardLog log = new HeardLog(HealthMonitor.class.getName())) {
      for (long told : new long[] {0, 0, -7, 1_000_000_000_000L, 2}) {
        expectQuestion(test, 3633, Answer.of(told));
        test.balancer.expectMessage(
            new Balancer.Learned("a", told > 2 ? 100_000 : (int) Math.max(1, told)));
        test.pass(SlotLearner.INTERVAL);
      }

      List<String> lines = log.lines().stream().filter(l -> l.contains("back-end a")).toList();
      assertEquals(4, lines.size(), () -> String.join("\n", lines));
      assertTrue(lines.get(0).endsWith("it tells 0, which is taken as 1"), lines.get(0));
      assertTrue(lines.get(3).endsWith("back-end a tells its slots again"), lines.get(3));
    }
  }

  @Test
  void hostThatCannotBeAskedIsToldOfOnceAndAskedOn() throws Exception {
    try (MonitorUnderTest test = monitor(learning("a", 3633));
        HeardLog log = new HeardLog(HealthMonitor.class.getName())) {
      for (int i = 0; i < 3; i++) {
        expectQuestion(test, 3633, Answer.failed("Connection refused"));
        test.pass(SlotLearner.INTERVAL);
      }

      test.expectSilence();
      assertEquals(1, log.lines().stream().filter(l -> l.contains("refused")).count());
    }
  }
}
