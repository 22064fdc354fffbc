package io.tcpbalance.testing;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The doubles of both ends, with nothing between them. */
@Timeout(60)
class FakeDistccdTest {

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 2, 3})
  void compilesEveryVersion(int version) throws Exception {
    byte[] request = JobClient.request(version, "hello", 200_000);
    try (FakeDistccd host = FakeDistccd.start(1)) {

      JobClient.run(host.port(), request);

      assertEquals(List.of(ReceivedJob.of(request)), host.jobs());
      assertEquals("hello.c", host.jobs().get(0).argv().get(3));
      assertEquals(request.length, host.jobs().get(0).bytes());
      assertEquals(1, host.answered());
      assertEquals(0, host.violations());
    }
  }

  @Test
  void clientNoticesTheAnswerToAnotherRequest() throws Exception {
    byte[] other = ReceivedJob.of(JobClient.request(2, "other", 10)).compiled(100);
    try (FakeDistccd host = FakeDistccd.start(1).next(JobScript.answering(job -> other));
        JobClient client = JobClient.sent(host.port(), JobClient.request(2, "mine", 10))) {

      assertThrows(AssertionError.class, client::expectCompiled);
    }
  }

  @Test
  void playsItsScripts() throws Exception {
    byte[] request = JobClient.request(1, "job", 5_000);
    byte[] good = ReceivedJob.of(request).compiled(10_000);
    try (FakeDistccd host =
        FakeDistccd.start(1)
            .next(
                JobScript.compileError("job.c:1: error\n"),
                JobScript.failed(0x6b00, "gone"),
                JobScript.closed(),
                JobScript.reset(),
                JobScript.resetAfter(100),
                JobScript.truncated(500),
                JobScript.stalled(500))
            .otherwise(JobScript.compiled(77))) {

      JobClient.Answer error = answer(host, request);
      assertEquals(0x0100, error.status());
      assertTrue(error.text().contains("job.c:1: error\n"));
      assertEquals(0x6b00, answer(host, request).status());
      expectOver(host, request);
      expectOver(host, request);
      try (JobClient client = JobClient.connect(host.port(), request)) {
        client.send(100);
        client.expectOver();
      }
      try (JobClient client = JobClient.sent(host.port(), request)) {
        assertArrayEquals(Arrays.copyOf(good, 500), client.receive(500));
        client.expectOver();
      }
      try (JobClient client = JobClient.sent(host.port(), request)) {
        client.receive(500);
      }
      host.awaitAborted(1);
      assertEquals(77, answer(host, request).objectBytes());
      assertEquals(7, host.answered());
      assertEquals(1, host.aborted());
      assertEquals(1, host.maxConcurrent());
    }
  }

  @Test
  void holdsAndDelays() throws Exception {
    Hold hold = new Hold();
    try (FakeDistccd host =
            FakeDistccd.start(2)
                .next(
                    JobScript.compiled().heldBy(hold),
                    JobScript.compiled().taking(Duration.ofMillis(1)));
        JobClient held = JobClient.sent(host.port(), JobClient.request(2, "held", 10))) {
      hold.awaitJob();

      JobClient.run(host.port(), JobClient.request(2, "other", 10));
      assertEquals(1, host.answered());
      hold.release();

      held.expectCompiled();
      assertEquals(2, host.maxConcurrent());
      assertEquals(0, host.violations());
    }
  }

  @Test
  void countsWhoeverComesWhenAllSlotsAreTaken() throws Exception {
    try (FakeDistccd host = FakeDistccd.start(1);
        JobClient first = JobClient.connect(host.port(), JobClient.request(2, "a", 10))) {
      host.awaitAccepted(1);

      JobClient.run(host.port(), JobClient.request(2, "b", 10));

      assertEquals(1, host.violations());
      first.sendRest();
      first.expectCompiled();
    }
  }

  @Test
  void countsNobodyWhoCameAfterAnother() throws Exception {
    byte[] request = JobClient.request(2, "a", 3_000);
    try (FakeDistccd host = FakeDistccd.start(1)) {
      for (int i = 0; i < 300; i++) {
        JobClient.run(host.port(), request);
        try (JobClient aborted = JobClient.connect(host.port(), request)) {
          aborted.sendArguments();
          if (i % 2 == 0) {
            aborted.abort();
          }
        }
      }

      assertEquals(0, host.violations());
      assertEquals(300, host.answered());
      host.awaitAborted(300);
    }
  }

  @Test
  void takesAnEndOrAByteTooManyAsTheEndOfItsClient() throws Exception {
    byte[] request = JobClient.request(2, "a", 10);
    Hold hold = new Hold();
    try (FakeDistccd host = FakeDistccd.start(2).otherwise(JobScript.compiled().heldBy(hold));
        JobClient ending = JobClient.sent(host.port(), request);
        JobClient talking = JobClient.sent(host.port(), withAByteMore(request))) {
      host.awaitAccepted(2);

      ending.endOutput();

      ending.expectOver();
      talking.expectOver();
      host.awaitAborted(2);
    }
  }

  @Test
  void leavesAnAnsweredConnectionOpenIfItIsTold() throws Exception {
    byte[] request = JobClient.request(3, "a", 10);
    try (FakeDistccd host = FakeDistccd.start(1).next(JobScript.compiled().leftOpen());
        JobClient open = JobClient.sent(host.port(), request)) {
      open.expectCompiled();

      JobClient.run(host.port(), request);

      assertEquals(0, host.violations());
    }
  }

  @Test
  void comesBackOnItsPort() throws Exception {
    byte[] request = JobClient.request(2, "a", 10);
    FakeDistccd first = FakeDistccd.start(1);
    first.close();
    assertThrows(ConnectException.class, () -> JobClient.run(first.port(), request));

    try (FakeDistccd second = FakeDistccd.restart(1, first.port())) {
      JobClient.run(second.port(), request);
    }
  }

  @Test
  void servesManyAtOnceWhateverTheirPace() throws Exception {
    try (FakeDistccd host =
        FakeDistccd.start(40).otherwise(JobScript.compiled(500_000).taking(Duration.ofMillis(3)))) {
      List<CompletableFuture<Void>> clients = new ArrayList<>();
      for (int i = 0; i < 40; i++) {
        byte[] request = JobClient.request(i % 4, "job" + i, 50_000);
        clients.add(
            CompletableFuture.runAsync(
                () -> runSlowly(host.port(), request), t -> new Thread(t).start()));
      }

      clients.forEach(CompletableFuture::join);

      assertEquals(40, host.answered());
      assertEquals(0, host.violations());
    }
  }

  private static byte[] withAByteMore(byte[] request) {
    return Arrays.copyOf(request, request.length + 1);
  }

  private static void runSlowly(int port, byte[] request) {
    try (JobClient client = JobClient.connect(port, request, 4096)) {
      client.sendArguments();
      client.sendRest(1_000_000);
      client.receive(20);
      client.expectCompiled();
    } catch (IOException | InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private static JobClient.Answer answer(FakeDistccd host, byte[] request) throws IOException {
    try (JobClient client = JobClient.sent(host.port(), request)) {
      return client.receiveAnswer();
    }
  }

  private static void expectOver(FakeDistccd host, byte[] request) throws IOException {
    try (JobClient client = JobClient.sent(host.port(), request)) {
      client.expectOver();
    }
  }
}
