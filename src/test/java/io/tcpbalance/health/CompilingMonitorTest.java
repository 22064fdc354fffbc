package io.tcpbalance.health;

import static io.tcpbalance.health.MonitorUnderTest.COMPILE_INTERVAL;
import static io.tcpbalance.health.MonitorUnderTest.REFUSED;
import static io.tcpbalance.health.MonitorUnderTest.host;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.Observation;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.health.MonitorUnderTest.Compile;
import io.tcpbalance.health.TrialCompiles.Result;
import java.net.InetAddress;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.ManualTime;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A monitor that tries gcc and clang. */
@Timeout(60)
class CompilingMonitorTest {

  private static final ActorTestKit KIT = ActorTestKit.create(ManualTime.config());

  @AfterAll
  static void stop() {
    KIT.shutdownTestKit();
  }

  private static MonitorUnderTest monitor() {
    MonitorUnderTest test =
        new MonitorUnderTest(KIT, HealthCheck.COMPILE, 2, 2, InetAddress::getAllByName);
    test.accepts(4001);
    test.roster(host("a", 4001));
    return test;
  }

  private static void passCompileInterval(MonitorUnderTest test) {
    for (int i = 0; i < COMPILE_INTERVAL.dividedBy(MonitorUnderTest.INTERVAL); i++) {
      test.passInterval();
    }
  }

  private static Compile failTrial(MonitorUnderTest test) throws InterruptedException {
    Compile trial = test.compiles.take();
    trial.result().complete(Result.failed("stalled"));
    test.expectObserved("a", Observation.FAILS_JOBS, "stalled");
    return trial;
  }

  @Test
  void triesEachCompilerOnceAnInterval() throws Exception {
    try (MonitorUnderTest test = monitor()) {
      passCompileInterval(test);

      for (String compiler : new String[] {"gcc", "clang"}) {
        Compile trial = test.compiles.take();
        assertEquals("a", trial.backend());
        assertEquals(compiler, trial.compiler());
        passCompileInterval(test);
        assertTrue(test.compiles.isEmpty(), "one at a time");
        trial.result().complete(Result.PASSED);
        test.settle();
      }

      assertTrue(test.compiles.isEmpty());
      passCompileInterval(test);
      assertEquals("gcc", test.compiles.take().compiler());
      test.expectSilence();
    }
  }

  @Test
  void failsAHostThatDoesNotCompile() throws Exception {
    try (MonitorUnderTest test = monitor()) {
      passCompileInterval(test);

      failTrial(test);
    }
  }

  @Test
  void hostThatIsBusyIsLeftAlone() throws Exception {
    try (MonitorUnderTest test = monitor()) {
      passCompileInterval(test);

      test.compiles.take().result().complete(Result.NOT_TRIED);
      test.passInterval();

      assertTrue(test.compiles.isEmpty());
      test.expectSilence();
    }
  }

  @Test
  void hostThatJobsFailedIsBackOnlyAfterATrial() throws Exception {
    try (MonitorUnderTest test = monitor()) {
      test.passInterval();
      test.becomes("a", false, true);
      test.passInterval();
      assertTrue(test.compiles.isEmpty(), "it has to accept twice first");
      test.passInterval();

      failTrial(test);
      passCompileInterval(test);
      test.compiles.take().result().complete(Result.PASSED);
      test.expectSilence();
      test.compiles.take().result().complete(Result.NOT_WANTED);

      test.expectObserved("a", Observation.DOES_JOBS, "passed a trial compile");
    }
  }

  @Test
  void hostThatOnlyRefusedIsBackByConnects() throws Exception {
    try (MonitorUnderTest test = monitor()) {
      test.fails(4001, REFUSED);
      test.becomes("a", false, false);
      test.passInterval();
      test.accepts(4001);
      test.passInterval();
      test.passInterval();

      test.expectObserved("a", Observation.SERVES, "accepted 2 probes in a row");
      assertTrue(test.compiles.isEmpty());
    }
  }

  @Test
  void endsItsTrialsWhenItDies() throws Exception {
    try (MonitorUnderTest test = monitor()) {
      passCompileInterval(test);
      Compile trial = test.compiles.take();

      test.kill();
      test.expectWatch();

      assertTrue(trial.result().isCancelled());
    }
  }
}
