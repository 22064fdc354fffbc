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
