package io.tcpbalance.proxy;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.ReceivedJob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.slf4j.LoggerFactory;

/**
 * Jobs of all sizes and manners before hosts that die, stall and lie, while actors are killed and
 * hosts are removed: no client gets a wrong byte, and nothing is left behind.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class JobStressTest {

  private static final int JOBS = Boolean.getBoolean("tcpbalance.long") ? 40_000 : 1_500;
  private static final int CLIENTS = 48;
  private static final int STEADY_HOSTS = 3;
  private static final int LEAVING_HOSTS = 6;
  private static final int SLOTS = 4;
  private static final int MIB = 1 << 20;

  /** What a job's last host may have said of itself. */
  private static final Set<Integer> HOST_FAULTS = Set.of(0x6b00, 9);

  private final ActorTestKit kit = ActorTestKit.create();

  /** What became of the clients' jobs. */
  private static final class Tally {
    final AtomicInteger compiled = new AtomicInteger();
    final AtomicInteger faults = new AtomicInteger();
    final AtomicInteger lost = new AtomicInteger();
    final AtomicInteger left = new AtomicInteger();
    final AtomicInteger corrupt = new AtomicInteger();

    @Override
    public String toString() {
      return "compiled %s, host faults %s, lost %s, left %s, corrupt %s"
          .formatted(compiled, faults, lost, left, corrupt);
    }
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void leavesNothingBehindWithMemoryForAll() throws Exception {
    stress(64 * MIB);
  }

  @Test
  void leavesNothingBehindWithLittleMemory() throws Exception {
    stress(MIB);
  }

  private void stress(long memoryBytes) throws Exception {
    long seed = new Random().nextLong();
    Random random = new Random(seed);
    ListAppender<ILoggingEvent> relayLog = new ListAppender<>();
    Logger logger = (Logger) LoggerFactory.getLogger("io.tcpbalance.relay.Relay");
    relayLog.start();
    logger.addAppender(relayLog);
    List<FakeDistccd> hosts = new ArrayList<>();
    RunningProxy.Plan plan =
        new RunningProxy.Plan()
            .protocol(Protocol.DISTCC)
            .retryAfter(Duration.ofMillis(20))
            .idleTimeout(Duration.ofSeconds(1))
            .jobMemory(memoryBytes)
            .jobs("heartbeat-interval = 5ms, job-timeout = 300ms, max-request-size = 1 MiB");
    for (int i = 0; i < STEADY_HOSTS + LEAVING_HOSTS; i++) {
      FakeDistccd host = FakeDistccd.start(SLOTS);
      hosts.add(host);
      plan.backend("host" + i, host.port(), SLOTS);
    }
    FakeDistccd mortal = FakeDistccd.start(SLOTS);
    int mortalPort = mortal.port();
    plan.backend("mortal", mortalPort, SLOTS);
    ExecutorService threads = Executors.newFixedThreadPool(CLIENTS);
    Tally tally = new Tally();
    int kills = 0;
    int violations = 0;
    try (RunningProxy proxy = plan.start(kit)) {
      Semaphore clients = new Semaphore(CLIENTS);
      int removed = 0;
      for (int i = 0; i < JOBS; i++) {
        String name = "j" + i;
        long jobSeed = random.nextLong();
        clients.acquire();
        threads.execute(
            () -> {
              oneJob(proxy, name, new Random(jobSeed), tally);
              clients.release();
            });
        if (random.nextInt(4) == 0) {
          hosts.get(random.nextInt(hosts.size())).next(script(random));
        }
        switch (random.nextInt(40)) {
          case 0 -> proxy.kill("balancer");
          case 1 -> proxy.kill("sessions");
          case 2 -> proxy.kill("listener");
          case 3, 4 -> {
            List<SessionStatus> sessions = proxy.sessions();
            if (!sessions.isEmpty()) {
              proxy.kill("sessions/session-" + sessions.get(random.nextInt(sessions.size())).id());
              kills++;
            }
          }
          case 5 -> {
            if (removed < LEAVING_HOSTS) {
              proxy.remove("host" + (STEADY_HOSTS + removed), true);
              removed++;
            }
          }
          case 6 -> proxy.put("host0", OperatorState.DOWN);
          case 7 -> proxy.put("host0", OperatorState.UP);
          case 8 -> mortal.refuse();
          case 9, 10 -> {
            mortal.close();
            violations += mortal.violations();
            mortal = FakeDistccd.restart(SLOTS, mortalPort);
          }
          default -> {}
        }
      }
      clients.acquire(CLIENTS);
      proxy.put("host0", OperatorState.UP);

      String story = "seed " + seed + ", " + kills + " sessions killed, " + tally;
      proxy.awaitRest();
      assertEquals(0, proxy.jobMemory().usedBytes(), story);
      assertEquals(0, proxy.jobMemory().answersUsedBytes(), story);
      assertEquals(0, proxy.jobMemory().waiting(), story);
      assertEquals(0, tally.corrupt.get(), story);
      for (FakeDistccd host : hosts) {
        violations += host.violations();
      }
      violations += mortal.violations();
      assertEquals(0, violations, story);
      List<String> errors =
          relayLog.list.stream()
              .filter(event -> event.getLevel() == Level.ERROR)
              .map(
                  event ->
                      event.getFormattedMessage() + ": " + event.getThrowableProxy().getMessage())
              .toList();
      assertEquals(List.of(), errors, story);
      assertTrue(tally.lost.get() <= kills + mayBeLost(proxy.jobCounts()), story);
    } finally {
      logger.detachAppender(relayLog);
      threads.shutdown();
      hosts.forEach(FakeDistccd::close);
      mortal.close();
    }
  }

  /** Given up after as many deaths as may be, or relayed as a stream, without a second try. */
  private static long mayBeLost(JobCounts counts) {
    return counts.finished().get(JobOutcome.LOST) + counts.finished().get(JobOutcome.RELAYED);
  }

  private static JobScript script(Random random) {
    return switch (random.nextInt(9)) {
      case 0 -> JobScript.closed();
      case 1 -> JobScript.reset();
      case 2 -> JobScript.truncated(1 + random.nextInt(9_000));
      case 3 -> JobScript.failed(0x6b00, "");
      case 4 -> JobScript.failed(9, "");
      case 5 -> JobScript.stalled(random.nextInt(60));
      case 6 -> JobScript.compiled(random.nextInt(3 * MIB));
      case 7 -> JobScript.compiled(random.nextInt(100_000)).leftOpen();
      default -> JobScript.compiled().taking(Duration.ofMillis(random.nextInt(100)));
    };
  }

  private static void oneJob(RunningProxy proxy, String name, Random random, Tally tally) {
    int size = random.nextInt(10) == 0 ? random.nextInt(2 * MIB) : random.nextInt(200_000);
    byte[] request = JobClient.request(1 + random.nextInt(3), name, size);
    int manner = random.nextInt(12);
    try (JobClient client = JobClient.connect(proxy.port(), request, manner == 3 ? 4096 : 0)) {
      if (manner == 0) {
        client.send(random.nextInt(request.length));
        tally.left.incrementAndGet();
        return;
      }
      if (manner == 1) {
        client.sendRest();
        byte[] unused = client.receive(1 + random.nextInt(20));
        client.abort();
        tally.left.incrementAndGet();
        return;
      }
      if (manner == 2) {
        client.sendArguments();
      }
      client.sendRest();
      if (manner == 3) {
        byte[] unused = client.receive(20);
      }
      check(request, client.receiveAnswer(), tally);
    } catch (IOException | AssertionError e) {
      tally.lost.incrementAndGet();
    }
  }

  private static void check(byte[] request, JobClient.Answer answer, Tally tally) {
    if (HOST_FAULTS.contains(answer.status())) {
      tally.faults.incrementAndGet();
      return;
    }
    byte[] expected = ReceivedJob.of(request).compiled(answer.objectBytes());
    boolean right = Arrays.equals(expected, answer.text().getBytes(ISO_8859_1));
    (right ? tally.compiled : tally.corrupt).incrementAndGet();
  }
}
