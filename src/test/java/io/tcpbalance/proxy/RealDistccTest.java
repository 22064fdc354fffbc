package io.tcpbalance.proxy;

import static java.util.stream.Collectors.joining;
import static java.util.stream.Collectors.toMap;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.testing.DistccClient;
import io.tcpbalance.testing.DistccClient.Compilation;
import io.tcpbalance.testing.DistccFarm;
import io.tcpbalance.testing.DistccFarm.Endpoint;
import io.tcpbalance.testing.DistccFarm.Host;
import io.tcpbalance.testing.HeldSource;
import io.tcpbalance.testing.JobClient;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Real distcc clients and a farm of real distccd, with a proxy between them. */
@Tag("distcc")
@Timeout(120)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealDistccTest {

  private static final Duration LOG_TIMEOUT = Duration.ofSeconds(20);
  private static final Host[] THREE_SPEEDS = {
    new Host("fast", 2, 1), new Host("medium", 1, 2), new Host("slow", 1, 4)
  };

  @TempDir Path directory;

  private final ActorTestKit kit = ActorTestKit.create();

  @BeforeAll
  void needsDistcc() {
    assumeTrue(DistccFarm.isInstalled(), "distcc is not installed");
  }

  @BeforeEach
  void letDistccdThrough() throws IOException {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
  }

  @AfterAll
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void buildOnThreeHostsGivesTheObjectsOfALocalBuild() throws Exception {
    List<Path> sources = manySources(40);
    try (DistccFarm farm = DistccFarm.start(THREE_SPEEDS);
        RunningProxy proxy = inFrontOf(farm)) {
      DistccClient client = clientOf(proxy, 12);

      List<CompletableFuture<Compilation>> jobs = new ArrayList<>();
      for (Path source : sources) {
        jobs.add(client.start(source, objectOf(source), "-O2"));
      }
      for (CompletableFuture<Compilation> job : jobs) {
        assertCompiled(job.join());
        assertNoHostHasMoreThanItsSlots(proxy.pool());
      }

      proxy.awaitRest();
      assertSameAsLocal(sources);
      assertEquals(40, sessionsOf(proxy).values().stream().mapToLong(Long::longValue).sum());
      for (Endpoint host : farm.hosts()) {
        int jobsOfHost = Math.toIntExact(sessionsOf(proxy).get(host.name()));
        farm.awaitCompletedJobs(host.name(), jobsOfHost, LOG_TIMEOUT);
        assertEquals(jobsOfHost, farm.completedJobs(host.name()), host.name());
      }
    }
  }

  /** As distcc sends them: plain, with lzo, and in pump mode. */
  @ParameterizedTest
  @CsvSource({
    "v1_small, 0x0000", "v2_small, 0x0000", "v3_small, 0x0000",
    "v1_bad, 0x0100", "v2_bad, 0x0100", "v3_bad, 0x0100"
  })
  void servesWhatDistccSendsInEachMode(String captured, String status) throws Exception {
    byte[] request;
    try (InputStream in = getClass().getResourceAsStream("/distcc/" + captured + ".req")) {
      request = in.readAllBytes();
    }
    try (DistccFarm farm = DistccFarm.start(new Host("only", 1, 1));
        RunningProxy proxy = inFrontOf(farm);
        JobClient client = JobClient.sent(proxy.port(), request)) {

      assertEquals(Integer.decode(status), client.receiveAnswer().status());

      proxy.awaitRest();
    }
  }

  @Test
  void loneClientAlwaysGetsTheFastestHost() throws Exception {
    try (DistccFarm farm = DistccFarm.start(THREE_SPEEDS);
        RunningProxy proxy = inFrontOf(farm)) {
      DistccClient client = clientOf(proxy, 1);

      for (Path source : manySources(5)) {
        assertCompiled(client.compile(source, objectOf(source)));
        proxy.awaitRest();
      }

      assertEquals(Map.of("fast", 5L, "medium", 0L, "slow", 0L), sessionsOf(proxy));
    }
  }

  @Test
  void compilesFillTheHostsFromTheFastestAndFurtherOnesWaitForAFreeSlot() throws Exception {
    try (DistccFarm farm = DistccFarm.start(THREE_SPEEDS);
        RunningProxy proxy = inFrontOf(farm);
        HeldSource first = new HeldSource(directory, "first");
        HeldSource second = new HeldSource(directory, "second");
        HeldSource third = new HeldSource(directory, "third");
        HeldSource fourth = new HeldSource(directory, "fourth");
        HeldSource fifth = new HeldSource(directory, "fifth")) {
      DistccClient client = clientOf(proxy, 12);
      List<CompletableFuture<Compilation>> jobs = new ArrayList<>();
      for (HeldSource held : List.of(first, second, third, fourth)) {
        jobs.add(client.start(held.file(), objectOf(held.file())));
        held.awaitCompiler();
      }
      assertEquals(Map.of("fast", 2L, "medium", 1L, "slow", 1L), sessionsOf(proxy));

      jobs.add(client.start(fifth.file(), objectOf(fifth.file())));
      proxy.awaitPool("one waiting", pool -> pool.waiting() == 1);
      third.release();
      fifth.awaitCompiler();

      assertEquals(Map.of("fast", 2L, "medium", 2L, "slow", 1L), sessionsOf(proxy));
      for (HeldSource held : List.of(first, second, fourth, fifth)) {
        held.release();
      }
      jobs.forEach(job -> assertCompiled(job.join()));
      proxy.awaitRest();
    }
  }

  @Test
  void compileErrorReachesTheUserAndIsNoFaultOfTheHost() throws Exception {
    Path source = Files.writeString(directory.resolve("bad.c"), "int answer(void) {\n");
    try (DistccFarm farm = DistccFarm.start(THREE_SPEEDS);
        RunningProxy proxy = inFrontOf(farm)) {

      Compilation result = clientOf(proxy, 1).compile(source, objectOf(source));

      assertEquals(1, result.exitCode(), result.output());
      assertTrue(result.output().contains("bad.c:1:"), result.output());
      assertTrue(result.output().contains("error: "), result.output());
      proxy.awaitRest();
      assertEquals(Map.of("fast", 1L, "medium", 0L, "slow", 0L), sessionsOf(proxy));
      assertEquals("up", proxy.backend("fast").status());
    }
  }

  @Test
  void killedClientFreesItsSlotAndEndsItsCompile() throws Exception {
    try (DistccFarm farm = DistccFarm.start(new Host("only", 1, 1));
        RunningProxy proxy = inFrontOf(farm);
        HeldSource held = new HeldSource(directory, "held")) {
      DistccClient client = clientOf(proxy, 2);
      DistccClient.Job job = client.launch(held.file(), objectOf(held.file()));
      held.awaitCompiler();

      job.kill();

      proxy.awaitRest();
      held.awaitCompilerGone();
      Path next = manySources(1).get(0);
      assertCompiled(client.compile(next, objectOf(next)));
      farm.awaitCompletedJobs("only", 1, LOG_TIMEOUT);
      assertEquals(1, farm.completedJobs("only"));
    }
  }

  @Test
  void clientsDoNotNoticeAHostThatIsDown() throws Exception {
    List<Path> sources = manySources(8);
    try (DistccFarm farm = DistccFarm.start(THREE_SPEEDS);
        RunningProxy proxy = inFrontOf(farm)) {
      farm.kill("fast");
      DistccClient client = clientOf(proxy, 4);

      List<CompletableFuture<Compilation>> jobs = new ArrayList<>();
      for (Path source : sources) {
        jobs.add(client.start(source, objectOf(source), "-O2"));
      }

      jobs.forEach(job -> assertCompiled(job.join()));
      assertSameAsLocal(sources);
      assertEquals("failed", proxy.backend("fast").status());
      assertEquals(0, proxy.backend("fast").activeCount());
      proxy.awaitRest();
    }
  }

  private RunningProxy inFrontOf(DistccFarm farm) {
    RunningProxy.Plan plan = new RunningProxy.Plan().protocol(Protocol.DISTCC);
    farm.hosts().forEach(host -> plan.backend(host.name(), host.port(), host.slots()));
    return plan.start(kit);
  }

  private DistccClient clientOf(RunningProxy proxy, int maxJobs) throws IOException {
    return new DistccClient("127.0.0.1", proxy.port(), maxJobs, directory);
  }

  private List<Path> manySources(int count) throws IOException {
    List<Path> sources = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      String text =
          """
          #include <stdio.h>
          #include <stdlib.h>
          #include <string.h>
          static int compare(const void *a, const void *b) { return strcmp(a, b) + %1$d; }
          void sorted_%1$d(char *names, size_t count) {
            qsort(names, count, %2$d, compare);
            for (size_t i = 0; i < count; i++) printf("%1$d: %%s\\n", names + i * %2$d);
          }
          """
              .formatted(i, 8 + i);
      sources.add(Files.writeString(directory.resolve("source" + i + ".c"), text));
    }
    return sources;
  }

  private Path objectOf(Path source) {
    return directory.resolve(source.getFileName() + ".o");
  }

  private void assertSameAsLocal(List<Path> sources) throws Exception {
    Path local = Files.createDirectory(directory.resolve("local"));
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-c"));
    sources.forEach(source -> command.add(source.toString()));
    assertEquals(
        0, new ProcessBuilder(command).directory(local.toFile()).inheritIO().start().waitFor());
    for (Path source : sources) {
      String name = source.getFileName().toString().replace(".c", ".o");
      assertArrayEquals(
          Files.readAllBytes(local.resolve(name)), Files.readAllBytes(objectOf(source)), name);
    }
  }

  private static void assertCompiled(Compilation result) {
    assertEquals(0, result.exitCode(), result.output());
  }

  private static void assertNoHostHasMoreThanItsSlots(PoolStatus pool) {
    String crowded =
        pool.backends().stream()
            .filter(host -> host.pending() + host.active() > host.maxConnections())
            .map(BackendStatus::toString)
            .collect(joining("\n"));
    assertEquals("", crowded);
  }

  private static Map<String, Long> sessionsOf(RunningProxy proxy) {
    return proxy.pool().backends().stream()
        .collect(toMap(BackendStatus::name, BackendStatus::activeCount));
  }
}
