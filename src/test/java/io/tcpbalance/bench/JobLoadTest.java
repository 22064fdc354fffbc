package io.tcpbalance.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.DataInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** That the checker passes what is right and can fail what is not. */
@Timeout(60)
class JobLoadTest {
  private static final JobShape SMALL = new JobShape(64, 1000, 0);

  @Test
  void everyTinyJobIsAnsweredAndCounted() throws IOException {
    try (JobServer server = JobServer.start(0)) {
      LoadResult result = JobLoad.run(server.port(), JobShape.tiny(), 4000, 16);

      assertTrue(result.isClean(), result::toString);
      assertEquals(4000, result.jobs());
      assertTrue(result.p50Us() <= result.p99Us() && result.p99Us() <= result.maxUs());
      assertEquals(4000, server.jobs());
      assertEquals(0, server.corrupt());
      assertEquals(0, server.active());
    }
  }

  @Test
  void jobsLargerThanEveryBufferArriveWhole() throws IOException {
    try (JobServer server = JobServer.start(0)) {
      JobShape large = new JobShape(3_000_000, 2_500_000, 0);

      LoadResult result = JobLoad.run(server.port(), large, 40, 8);

      assertTrue(result.isClean(), result::toString);
      assertEquals(40, server.jobs());
    }
  }

  @Test
  void jobsInDistccsFramingArriveWhole() throws IOException {
    try (JobServer server = JobServer.start(0)) {
      JobShape framed = new JobShape(3_000_000, 2_500_000, 0, JobFraming.DISTCC);

      LoadResult result = JobLoad.run(server.port(), framed, 40, 8);

      assertTrue(result.isClean(), result::toString);
      assertEquals(40, server.jobs());
    }
  }

  @Test
  void emptyAnswersAndBareHeadersAreJobsToo() throws IOException {
    try (JobServer server = JobServer.start(0)) {
      JobShape empty = new JobShape(JobHeader.BYTES, 0, 0);

      LoadResult result = JobLoad.run(server.port(), empty, 100, 4);

      assertTrue(result.isClean(), result::toString);
      assertEquals(100, server.jobs());
    }
  }

  @Test
  void serviceTimeIsKeptAndConcurrencySeen() throws IOException {
    try (JobServer server = JobServer.start(0)) {
      JobShape slow = JobShape.tiny().withServiceUs(5_000);

      LoadResult result = JobLoad.run(server.port(), slow, 60, 6);

      assertTrue(result.isClean(), result::toString);
      assertTrue(result.p50Us() >= 5_000, result::toString);
      assertEquals(6, server.maxConcurrent());
    }
  }

  @Test
  void oneWrongByteIsCorrupt() throws IOException {
    LoadResult result = runAgainst(answer -> answer.put(997, (byte) (answer.get(997) + 1)));

    assertEquals(1, result.corrupt());
    assertFalse(result.isClean());
  }

  @Test
  void oneWrongByteInTheFramingIsCorrupt() throws IOException {
    LoadResult result =
        runAgainst(SMALL.in(JobFraming.DISTCC), answer -> answer.put(59, (byte) '9'));

    assertEquals(1, result.corrupt());
    assertFalse(result.isClean());
  }

  @Test
  void nothingButTheFramingIsCutShort() throws IOException {
    JobShape empty = new JobShape(64, 0, 0, JobFraming.DISTCC);

    LoadResult result = runAgainst(empty, answer -> answer.limit(59));

    assertEquals(Map.of("answer cut short", 1L), result.errorKinds());
  }

  @Test
  void bytesOfAnotherJobAreCorrupt() throws IOException {
    ByteBuffer foreign = JobPattern.ofAnswers().run(31, SMALL.responseBytes());

    LoadResult result = runAgainst(answer -> foreign.duplicate());

    assertEquals(1, result.corrupt());
  }

  @Test
  void oneByteTooFewIsAnError() throws IOException {
    LoadResult result = runAgainst(answer -> answer.limit(answer.limit() - 1));

    assertEquals(Map.of("answer cut short", 1L), result.errorKinds());
    assertFalse(result.isClean());
  }

  @Test
  void oneByteTooManyIsCorrupt() throws IOException {
    LoadResult result =
        runAgainst(
            answer -> ByteBuffer.allocate(answer.limit() + 1).put(answer).put((byte) 0).flip());

    assertEquals(1, result.corrupt());
  }

  @Test
  void refusedConnectionsAreErrors() throws IOException {
    int nobody;
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      nobody = socket.getLocalPort();
    }

    LoadResult result = JobLoad.run(nobody, SMALL, 3, 2);

    assertEquals(3, result.errors());
    assertEquals(0, result.jobs());
  }

  @Test
  void silenceIsReportedAsStall() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
      LoadResult result =
          JobLoad.run(
              new InetSocketAddress(InetAddress.getLoopbackAddress(), silent.getLocalPort()),
              SMALL,
              5,
              2,
              Duration.ofMillis(100));

      assertEquals(Map.of("stalled", 2L), result.errorKinds());
      assertFalse(result.isClean());
    }
  }

  /** What a bad server makes of a right answer. */
  private interface Flaw {
    ByteBuffer in(ByteBuffer answer);
  }

  /** One job against a server that answers with a flaw. */
  private static LoadResult runAgainst(Flaw flaw) throws IOException {
    return runAgainst(SMALL, flaw);
  }

  private static LoadResult runAgainst(JobShape shape, Flaw flaw) throws IOException {
    try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      Thread server = new Thread(() -> answerOnce(listener, shape, flaw), "flawed-server");
      server.setDaemon(true);
      server.start();
      return JobLoad.run(listener.getLocalPort(), shape, 1, 1);
    }
  }

  private static void answerOnce(ServerSocket listener, JobShape shape, Flaw flaw) {
    try (Socket client = listener.accept()) {
      byte[] request = new byte[shape.framing().requestBytes() + shape.requestBytes()];
      new DataInputStream(client.getInputStream()).readFully(request);
      JobHeader job = JobHeader.takeFrom(ByteBuffer.wrap(request)).orElseThrow();
      ByteBuffer framing = shape.framing().beforeAnswer(shape.responseBytes());
      ByteBuffer own = JobPattern.ofAnswers().run(job.seed(), shape.responseBytes());
      ByteBuffer right = ByteBuffer.allocate(framing.remaining() + own.remaining());
      ByteBuffer answer = flaw.in(right.put(framing).put(own).flip());
      byte[] bytes = new byte[answer.remaining()];
      answer.get(bytes);
      OutputStream out = client.getOutputStream();
      out.write(bytes);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
  }
}
