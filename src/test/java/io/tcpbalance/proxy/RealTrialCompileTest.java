package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.testing.DistccFarm;
import io.tcpbalance.testing.DistccFarm.Host;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/** Trial compiles on real distccd. */
@Tag("distcc")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealTrialCompileTest {

  private static final Host HOST = new Host("host", 2, 1);

  private final ActorTestKit kit = ActorTestKit.create();

  @BeforeAll
  void needsDistcc() {
    assumeTrue(DistccFarm.isInstalled(), "distcc is not installed");
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  private RunningProxy inFrontOf(DistccFarm farm, String compiler) {
    return new RunningProxy.Plan()
        .compiles(Duration.ofMillis(100), Duration.ofSeconds(2), compiler)
        .backend("host", farm.port("host"), 2)
        .start(kit);
  }

  private static BackendStatus await(RunningProxy proxy, String status) {
    return proxy
        .awaitPool(status, pool -> pool.backends().get(0).status().equals(status))
        .backends()
        .get(0);
  }

  @Test
  void frozenHostIsFoundAndIsBackWhenItIsThawed() throws Exception {
    try (DistccFarm farm = DistccFarm.start(HOST);
        RunningProxy proxy = inFrontOf(farm, "gcc")) {
      farm.awaitCompletedJobs("host", 3, Duration.ofSeconds(20));
      assertEquals("up", proxy.backend("host").status());

      farm.freeze("host");

      BackendStatus failed = await(proxy, "failed");
      assertEquals(
          "trial compile with gcc: no answer within 2 s", failed.lastError().orElseThrow());
      farm.thaw("host");
      assertEquals(2, await(proxy, "up").slots());
    }
  }

  @Test
  void hostThatLacksTheCompilerIsFailed() throws Exception {
    try (DistccFarm farm = DistccFarm.start(HOST);
        RunningProxy proxy = inFrontOf(farm, "no-such-compiler")) {

      BackendStatus failed = await(proxy, "failed");

      String error = failed.lastError().orElseThrow();
      assertTrue(error.startsWith("trial compile with no-such-compiler: "), error);
    }
  }

  @Test
  void hostThatCannotWriteIsFailedAndIsBackWhenItCan() throws Exception {
    try (DistccFarm farm = DistccFarm.start(HOST);
        RunningProxy proxy = inFrontOf(farm, "gcc")) {
      farm.awaitCompletedJobs("host", 1, Duration.ofSeconds(20));

      farm.forbidWriting("host");

      String error = await(proxy, "failed").lastError().orElseThrow();
      assertTrue(error.startsWith("trial compile with gcc: "), error);
      farm.allowWriting("host");
      await(proxy, "up");
    }
  }
}
