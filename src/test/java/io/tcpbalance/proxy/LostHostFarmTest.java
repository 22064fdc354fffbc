package io.tcpbalance.proxy;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.config.Protocol;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.DistccBuild;
import io.tcpbalance.testing.DistccClient;
import io.tcpbalance.testing.DistccClient.Compilation;
import io.tcpbalance.testing.DistccFarm;
import io.tcpbalance.testing.DistccFarm.Host;
import io.tcpbalance.testing.HeldSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A build on a farm of real distccd that loses hosts: no object may be missing, no job of make's
 * may fail, and no byte may differ from a local build. Compiles take half a second on the fast host
 * in the long form, and less in the ordinary one; they sleep most of it, so the farm has more cores
 * than this machine.
 */
@Tag("distcc")
@Timeout(180)
class LostHostFarmTest {

  private static final int FILES = 120;
  private static final int MAKE_JOBS = 16;
  private static final int BUILT_BEFORE_THE_LOSS = 20;
  private static final int HEART_BEATS = 5;
  private static final Duration COMPILE_TIME =
      Duration.ofMillis(Boolean.getBoolean("tcpbalance.long") ? 500 : 150);

  /** Fastest first. */
  private static final Host[] HOSTS = {
    new Host("fast", 4, 1, COMPILE_TIME),
    new Host("medium", 2, 2, COMPILE_TIME),
    new Host("slow", 2, 4, COMPILE_TIME)
  };

  @TempDir static Path directory;

  private static Path sources;
  private static Path local;

  @BeforeAll
  static void needsDistcc() throws Exception {
    assumeTrue(DistccFarm.isInstalled(), "distcc is not installed");
    assumeTrue(Files.exists(Path.of("/usr/bin/make")), "make is not installed");
    buildLocally();
  }

  private static void buildLocally() throws Exception {
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    sources = Files.createDirectory(directory.resolve("sources"));
    local = Files.createDirectory(directory.resolve("local"));
    List<String> command = new ArrayList<>(List.of("gcc", "-O2", "-c"));
    for (int i = 0; i < FILES; i++) {
      String text = "int f%1$d(int n) { return n < %1$d ? n : f%1$d(n / 2) + %1$d * n; }\n";
      Path source = sources.resolve("source" + i + ".c");
      command.add(Files.writeString(source, text.formatted(i)).toString());
    }
    assertEquals(
        0, new ProcessBuilder(command).directory(local.toFile()).inheritIO().start().waitFor());
  }

  @Test
  void buildDoesNotNoticeThatTheFastHostIsKilled() throws Exception {
    try (DistccFarm farm = DistccFarm.start(HOSTS);
        Daemon daemon = inFrontOf(farm, "");
        DistccBuild build = buildOn(daemon.port("farm"), "killed")) {
      build.awaitObjects(BUILT_BEFORE_THE_LOSS);

      farm.kill("fast");

      assertWhole(build, "killed");
    }
  }

  @Test
  void buildDoesNotNoticeThatTheFastHostIsFrozen() throws Exception {
    try (DistccFarm farm = DistccFarm.start(HOSTS);
        Daemon daemon = inFrontOf(farm, "jobs.job-timeout = 5s");
        DistccBuild build = buildOn(daemon.port("farm"), "frozen")) {
      build.awaitObjects(BUILT_BEFORE_THE_LOSS);

      farm.freeze("fast");

      assertWhole(build, "frozen");
    }
  }

  @Test
  void buildWaitsWhileAllHostsAreDown() throws Exception {
    try (DistccFarm farm = DistccFarm.start(HOSTS);
        Daemon daemon = inFrontOf(farm, "health.retry-after = 1s");
        DistccBuild build = buildOn(daemon.port("farm"), "all")) {
      build.awaitObjects(BUILT_BEFORE_THE_LOSS);

      farm.kill("fast");
      farm.kill("medium");
      farm.kill("slow");
      daemon.awaitLine("back-end fast failed");
      daemon.awaitLine("back-end medium failed");
      daemon.awaitLine("back-end slow failed");
      farm.restart("fast", "medium", "slow");

      assertWhole(build, "all");
    }
  }

  @Test
  void buildDoesNotNoticeThatActorsDieBesideAHost() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    try (DistccFarm farm = DistccFarm.start(HOSTS);
        RunningProxy proxy = inProcess(kit, farm, "");
        DistccBuild build = buildOn(proxy.port(), "actors")) {
      for (int built = BUILT_BEFORE_THE_LOSS; built < FILES - MAKE_JOBS; built += 5) {
        build.awaitObjects(built);
        proxy.kill(built % 2 == 0 ? "balancer" : "listener");
        if (built == 2 * BUILT_BEFORE_THE_LOSS) {
          farm.kill("fast");
        }
      }

      assertWhole(build, "actors");
      proxy.awaitRest();
    } finally {
      kit.shutdownTestKit();
    }
  }

  @Test
  void heartBeatsKeepClientsThatCompileOrWait() throws Exception {
    ActorTestKit kit = ActorTestKit.create();
    try (DistccFarm farm = DistccFarm.start(new Host("only", 1, 1));
        RunningProxy proxy = inProcess(kit, farm, "heartbeat-interval = 1s");
        HeldSource held = new HeldSource(directory, "held");
        HeldSource waiting = new HeldSource(directory, "waiting")) {
      DistccClient client = clientOf(proxy.port()).ioTimeout(2);
      CompletableFuture<Compilation> first = start(client, held);
      held.awaitCompiler();
      CompletableFuture<Compilation> second = start(client, waiting);

      proxy.awaitSessions(
          HEART_BEATS + " heart-beats for each of two",
          sessions ->
              sessions.size() == 2 && sessions.stream().allMatch(s -> s.bytesOut() >= HEART_BEATS));
      held.release();
      waiting.awaitCompiler();
      waiting.release();

      assertEquals(0, first.join().exitCode(), first.join().output());
      assertEquals(0, second.join().exitCode(), second.join().output());
      proxy.awaitRest();
    } finally {
      kit.shutdownTestKit();
    }
  }

  private CompletableFuture<Compilation> start(DistccClient client, HeldSource source)
      throws IOException {
    return client.start(source.file(), directory.resolve(source.file().getFileName() + ".o"));
  }

  private Daemon inFrontOf(DistccFarm farm, String settings) throws IOException {
    StringBuilder backends = new StringBuilder();
    for (DistccFarm.Endpoint host : farm.hosts()) {
      backends.append(
          "{ name = %s, host = 127.0.0.1, port = %d, max-connections = %d }\n"
              .formatted(host.name(), host.port(), host.slots()));
    }
    String text =
        """
        tcpbalance {
          admin.enabled = false
          console.enabled = false
          proxies.farm {
            protocol = distcc
            listen { host = 127.0.0.1, port = 0 }
            %s
            backends = [
              %s
            ]
          }
        }
        """
            .formatted(settings, backends);
    return Daemon.of(Files.writeString(directory.resolve("farm.conf"), text)).start();
  }

  private static RunningProxy inProcess(ActorTestKit kit, DistccFarm farm, String jobs) {
    RunningProxy.Plan plan = new RunningProxy.Plan().protocol(Protocol.DISTCC).jobs(jobs);
    farm.hosts().forEach(host -> plan.backend(host.name(), host.port(), host.slots()));
    return plan.start(kit);
  }

  private DistccClient clientOf(int port) throws IOException {
    return new DistccClient("127.0.0.1", port, MAKE_JOBS, directory);
  }

  private DistccBuild buildOn(int port, String name) throws IOException {
    return clientOf(port).make(sources, directory.resolve(name), MAKE_JOBS);
  }

  private void assertWhole(DistccBuild build, String name) throws Exception {
    assertEquals(0, build.awaitEnd(), build::toString);
    assertEquals(FILES, build.objects(), build::toString);
    for (int i = 0; i < FILES; i++) {
      String object = "source" + i + ".o";
      assertArrayEquals(
          Files.readAllBytes(local.resolve(object)),
          Files.readAllBytes(directory.resolve(name).resolve(object)),
          object);
    }
  }
}
