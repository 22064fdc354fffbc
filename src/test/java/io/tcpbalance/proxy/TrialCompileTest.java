package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.Hold;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Trial compiles on hosts that do as they are told. A connect probe is a connection too, so a host
 * counts one more than its slots.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TrialCompileTest {

  private static final Duration OFTEN = Duration.ofMillis(40);
  private static final Duration PATIENT = Duration.ofSeconds(30);

  private final ActorTestKit kit = ActorTestKit.create();

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  private static RunningProxy.Plan plan(Duration timeout, FakeDistccd host, int slots) {
    return new RunningProxy.Plan().compiles(OFTEN, timeout, "gcc").backend("a", host.port(), slots);
  }

  private static void awaitError(RunningProxy proxy, String error) {
    proxy.awaitPool(
        error, pool -> pool.backends().get(0).lastError().filter(error::equals).isPresent());
  }

  static Stream<Arguments> faults() {
    return Stream.of(
        Arguments.of(JobScript.closed(), "closed without a byte of an answer"),
        Arguments.of(JobScript.failed(0x6e00, ""), "exit 110, the compiler is missing"),
        Arguments.of(JobScript.compiled(0), "an empty object file"),
        Arguments.of(
            JobScript.compileError("as: can't write: No space left on device\n"),
            "compiler's exit 1, \"as: can't write: No space left on device\""));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void failsAHostThatDoesNotCompile(JobScript fault, String reason) throws Exception {
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(fault);
        RunningProxy proxy = plan(PATIENT, host, 2).start(kit)) {

      awaitError(proxy, "trial compile with gcc: " + reason);

      BackendStatus status = proxy.backend("a");
      assertEquals("failed", status.status());
      assertTrue(status.onTrial());
      assertEquals(
          List.of("gcc", "-c", "tcpbalance-trial.i"), host.jobs().get(0).argv().subList(0, 3));
    }
  }

  @Test
  void failsAHostThatHangsAndBringsItBackOnlyWhenItCompiles() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(JobScript.stalled(0));
        RunningProxy proxy = plan(Duration.ofMillis(200), host, 2).start(kit)) {
      awaitError(proxy, "trial compile with gcc: no answer within 200 ms");
      try (JobClient client = JobClient.sent(proxy.port(), JobClient.request(1, "job", 1_000))) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
        host.awaitJobs(4);
        assertTrue(
            host.jobs().stream().allMatch(job -> job.argv().contains("tcpbalance-trial.i")),
            "no client's job gets there");

        host.otherwise(JobScript.compiled());

        client.expectCompiled();
        assertEquals("up", proxy.backend("a").status());
        assertEquals(2, proxy.backend("a").slots());
      }
    }
  }

  @Test
  void aHostThatDoesNotCompileIsFailedBeforeItsSlotIsFree() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(2).otherwise(JobScript.closed().heldBy(hold));
        RunningProxy proxy = plan(PATIENT, host, 1).start(kit)) {
      hold.awaitJob();
      try (JobClient client = JobClient.sent(proxy.port(), JobClient.request(1, "job", 1_000))) {
        proxy.awaitPool("one waiting for that slot", pool -> pool.waiting() == 1);

        hold.release();

        host.awaitJobs(4);
        assertTrue(
            host.jobs().stream().allMatch(job -> job.argv().contains("tcpbalance-trial.i")),
            "no client's job gets there");
        host.otherwise(JobScript.compiled());
        client.expectCompiled();
      }
    }
  }

  @Test
  void bringsAHostBackThoughThereAreAsManyClientsAsThereMayBe() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(JobScript.closed());
        RunningProxy proxy = plan(PATIENT, host, 2).maxSessions(1).start(kit)) {
      awaitError(proxy, "trial compile with gcc: closed without a byte of an answer");
      try (JobClient client = JobClient.sent(proxy.port(), JobClient.request(1, "job", 1_000))) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

        host.otherwise(JobScript.compiled());

        client.expectCompiled();
      }
    }
  }

  @Test
  void triesAllCompilersThatTheHostHas() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(3);
        RunningProxy proxy =
            new RunningProxy.Plan()
                .compiles(OFTEN, PATIENT, "gcc", "g++", "clang")
                .backend("a", host.port(), 1, "g*")
                .start(kit)) {

      host.awaitJobs(5);

      assertEquals(
          List.of("gcc", "g++", "gcc", "g++", "gcc"),
          host.jobs().stream().limit(5).map(job -> job.argv().get(0)).toList());
      assertEquals("up", proxy.backend("a").status());
    }
  }

  @Test
  void isNoUsersSession() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(JobScript.compiled().heldBy(hold));
        RunningProxy proxy = plan(PATIENT, host, 1).start(kit)) {
      hold.awaitJob();

      proxy.awaitPool("in a slot", pool -> pool.backends().get(0).active() == 1);
      assertEquals(List.of(), proxy.sessions());
      hold.release();

      host.awaitJobs(2);
      assertEquals(0, sum(proxy.jobCounts()));
    }
  }

  private static long sum(JobCounts counts) {
    return counts.finished().values().stream().mapToLong(Long::longValue).sum();
  }

  @Test
  void takesASlotAndNoneWhereAllAreBusy() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(JobScript.compiled().heldBy(hold));
        RunningProxy proxy = plan(PATIENT, host, 1).start(kit)) {
      hold.awaitJob();
      try (JobClient client = JobClient.sent(proxy.port(), JobClient.request(1, "job", 1_000))) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
        host.awaitAccepted(host.accepted() + 20);
        assertEquals(1, host.jobs().size());

        hold.release();

        client.expectCompiled();
      }
      assertEquals(0, host.violations());
    }
  }

  @Test
  void aTrialSurvivesTheBalancerAndGivesItsSlotBack() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(JobScript.compiled().heldBy(hold));
        RunningProxy proxy = plan(PATIENT, host, 1).start(kit)) {
      hold.awaitJob();
      proxy.kill("balancer");
      proxy.awaitPool("found by the census", pool -> pool.backends().get(0).active() == 1);
      try (JobClient client = JobClient.sent(proxy.port(), JobClient.request(1, "job", 1_000))) {
        proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);

        hold.release();

        client.expectCompiled();
      }
      assertEquals(0, host.violations());
    }
  }

  @Test
  void theMonitorsDeathEndsItsTrial() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(3).otherwise(JobScript.compiled().heldBy(hold));
        RunningProxy proxy = plan(PATIENT, host, 1).start(kit)) {
      hold.awaitJob();

      proxy.kill("health");
      host.awaitJobs(2);

      assertEquals("up", proxy.backend("a").status());
      assertEquals(0, host.violations());
    }
  }

  @Test
  void neverTakesAHostAboveItsSlotsWhateverDies() throws Exception {
    try (FakeDistccd fast = FakeDistccd.start(5);
        FakeDistccd slow = FakeDistccd.start(3);
        RunningProxy proxy = plan(PATIENT, fast, 4).backend("b", slow.port(), 2).start(kit)) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        int number = i;
        clients.add(CompletableFuture.runAsync(() -> runJobs(proxy, number)));
      }

      CompletableFuture<Void> all =
          CompletableFuture.allOf(clients.toArray(new CompletableFuture<?>[0]));
      String[] victims = {"balancer", "health", "sessions"};
      for (int kills = 0; !all.isDone(); kills++) {
        proxy.kill(victims[kills % victims.length]);
        BackendStatus a = proxy.backend("a");
        assertTrue(a.pending() + a.active() <= 4, a::toString);
      }

      all.join();
      assertEquals(0, fast.violations() + slow.violations());
      assertEquals("up", proxy.backend("a").status());
      assertEquals("up", proxy.backend("b").status());
    }
  }

  private static void runJobs(RunningProxy proxy, int client) {
    try {
      for (int job = 0; job < 60; job++) {
        JobClient.run(proxy.port(), JobClient.request(1, client + "-" + job, 5_000));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
