package io.tcpbalance.bench;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.ByteBuffer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Timeout(30)
class JobServerTest {
  private static final JobShape SHAPE = new JobShape(100, 50, 0);
  private static final JobShape ENDLESS = SHAPE.withServiceUs(Integer.MAX_VALUE);
  private static final int SEED = 7;

  private JobServer server;

  @BeforeEach
  void startServer() throws IOException {
    server = JobServer.start(0);
  }

  @AfterEach
  void stopServer() throws IOException {
    server.close();
  }

  @ParameterizedTest
  @EnumSource
  void answersARequestThatComesByteByByte(JobFraming framing) throws IOException {
    try (Socket client = connect()) {
      client.setTcpNoDelay(true);
      for (byte b : request(SHAPE.in(framing))) {
        client.getOutputStream().write(b);
      }

      InputStream answer = client.getInputStream();
      ByteBuffer before = framing.beforeAnswer(SHAPE.responseBytes());
      assertEquals(before, ByteBuffer.wrap(answer.readNBytes(before.remaining())));
      assertEquals(
          JobPattern.ofAnswers().run(SEED, SHAPE.responseBytes()),
          ByteBuffer.wrap(answer.readAllBytes()));
      assertEquals(1, server.jobs());
    }
  }

  @Test
  void aWrongByteInARequestIsCorruptAndGetsNoAnswer() throws IOException {
    byte[] request = request(SHAPE);
    request[99] ^= 1;

    assertEquals(0, answerTo(request).length);
    assertEquals(1, server.corrupt());
    assertEquals(0, server.jobs());
  }

  @Test
  void aWrongHeaderIsCorrupt() throws IOException {
    byte[] request = request(SHAPE);
    request[0] ^= 1;

    assertEquals(0, answerTo(request).length);
    assertEquals(1, server.corrupt());
  }

  @Test
  void aWrongFramingIsCorrupt() throws IOException {
    byte[] request = request(SHAPE.in(JobFraming.DISTCC));
    request[30] ^= 1;

    assertEquals(0, answerTo(request).length);
    assertEquals(1, server.corrupt());
  }

  @Test
  void aCutRequestIsAnAbort() throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(request(SHAPE), 0, 99);
      client.shutdownOutput();

      assertEquals(-1, client.getInputStream().read());
      assertEquals(1, server.aborted());
      assertEquals(0, server.active());
    }
  }

  @Test
  void aClientThatLeavesDuringServiceFreesItsPlaceBeforeTheNextIsCounted() throws IOException {
    for (int i = 0; i < 200; i++) {
      try (Socket client = connect()) {
        client.getOutputStream().write(request(ENDLESS));
      }
    }

    assertTrue(answerTo(request(SHAPE)).length > 0);
    assertEquals(200, server.aborted());
    assertEquals(1, server.maxConcurrent());
  }

  private Socket connect() throws IOException {
    return new Socket(InetAddress.getLoopbackAddress(), server.port());
  }

  private byte[] answerTo(byte[] request) throws IOException {
    try (Socket client = connect()) {
      client.getOutputStream().write(request);
      return client.getInputStream().readAllBytes();
    }
  }

  private static byte[] request(JobShape shape) {
    ByteBuffer header = new JobHeader(shape, SEED).withFraming();
    ByteBuffer request =
        ByteBuffer.allocate(shape.framing().requestBytes() + shape.requestBytes()).put(header);
    request.put(JobPattern.ofRequests().run(SEED + JobHeader.BYTES, request.remaining()));
    return request.array();
  }
}
