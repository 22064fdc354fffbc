package io.tcpbalance.testing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.tcpbalance.testing.DistccClient.Compilation;
import io.tcpbalance.testing.DistccFarm.Host;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The farm itself, with a real client and nothing between them. */
@Tag("distcc")
@Timeout(60)
class RealDistccFarmTest {

  private static final Duration LOG_TIMEOUT = Duration.ofSeconds(20);

  @TempDir Path directory;

  @BeforeAll
  static void needsDistcc() {
    assumeTrue(DistccFarm.isInstalled(), "distcc is not installed");
  }

  @Test
  void compilesOnTheHostThatIsAsked() throws Exception {
    try (DistccFarm farm = DistccFarm.start(new Host("one", 1, 1), new Host("two", 2, 3))) {
      Path object = directory.resolve("answer.o");

      Compilation result =
          clientOf(farm, "two").compile(source("int answer(void) { return 42; }"), object, "-O2");

      assertEquals(0, result.exitCode(), result.output());
      assertTrue(Files.size(object) > 0);
      farm.awaitCompletedJobs("two", 1, LOG_TIMEOUT);
      assertEquals(1, farm.completedJobs("two"));
      assertEquals(0, farm.completedJobs("one"));
    }
  }

  @Test
  void reportsCompileErrors() throws Exception {
    try (DistccFarm farm = DistccFarm.start(new Host("one", 1, 1))) {
      Compilation result =
          clientOf(farm, "one").compile(source("int answer(void) {"), directory.resolve("bad.o"));

      assertEquals(1, result.exitCode(), result.output());
      assertTrue(result.output().contains("error"), result.output());
      assertEquals(0, farm.completedJobs("one"));
    }
  }

  @Test
  void killedHostFailsItsJobAndRefusesConnects() throws Exception {
    try (DistccFarm farm = DistccFarm.start(new Host("one", 1, 1))) {
      farm.freeze("one"); // so that the job is surely not done when the host dies
      CompletableFuture<Compilation> job =
          clientOf(farm, "one").start(source("int x;"), directory.resolve("x.o"));

      farm.kill("one");

      assertNotEquals(0, job.join().exitCode());
      assertThrows(ConnectException.class, () -> connect(farm.port("one")));
    }
  }

  @Test
  void frozenHostAcceptsConnectsAndAnswersWhenThawed() throws Exception {
    try (DistccFarm farm = DistccFarm.start(new Host("one", 1, 1))) {
      farm.freeze("one");
      CompletableFuture<Compilation> job =
          clientOf(farm, "one").start(source("int x;"), directory.resolve("x.o"));
      connect(farm.port("one"));
      assertFalse(job.isDone());

      farm.thaw("one");

      assertEquals(0, job.join().exitCode());
    }
  }

  @Test
  void killedHostComesBackOnItsPort() throws Exception {
    try (DistccFarm farm = DistccFarm.start(new Host("one", 1, 2, Duration.ofMillis(10)))) {
      int port = farm.port("one");
      farm.kill("one");

      farm.restart("one");

      assertEquals(port, farm.port("one"));
      DistccClient client = clientOf(farm, "one");
      assertEquals(0, client.compile(source("int x;"), directory.resolve("x.o")).exitCode());
    }
  }

  @Test
  void makeBuildsOnTheFarmAndTellsEachObject() throws Exception {
    Path sources = Files.createDirectory(directory.resolve("sources"));
    for (int i = 0; i < 6; i++) {
      Files.writeString(sources.resolve("good" + i + ".c"), "int x" + i + ";\n");
    }
    try (DistccFarm farm = DistccFarm.start(new Host("one", 2, 1))) {
      DistccClient client = clientOf(farm, "one");
      try (DistccBuild build = client.make(sources, directory.resolve("built"), 3)) {
        build.awaitObjects(6);
        assertEquals(0, build.awaitEnd(), build::toString);
      }
      assertTrue(Files.size(directory.resolve("built").resolve("good5.o")) > 0);

      Files.writeString(sources.resolve("bad.c"), "int x\n");
      try (DistccBuild build = client.make(sources, directory.resolve("again"), 3)) {
        assertEquals(2, build.awaitEnd(), build::toString);
        assertEquals(6, build.objects(), build::toString);
      }
    }
  }

  private DistccClient clientOf(DistccFarm farm, String host) throws IOException {
    return new DistccClient("127.0.0.1", farm.port(host), 4, directory);
  }

  private Path source(String text) throws IOException {
    return Files.writeString(directory.resolve("source.c"), text + "\n");
  }

  private static void connect(int port) throws IOException {
    new Socket(InetAddress.getLoopbackAddress(), port).close();
  }
}
