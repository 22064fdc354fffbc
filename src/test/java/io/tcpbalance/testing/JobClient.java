package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * distcc's side of one job in the hands of a test: the request goes out in whatever pieces the test
 * likes, and every byte of the answer is checked.
 *
 * <p>Calls block, but never for ever; see {@link Peer}. For one thread, though another one may send
 * while this one receives.
 */
public final class JobClient implements Closeable {
  private static final int TOKEN_BYTES = 12;
  private static final int PUMP_VERSION = 3;
  private static final int TICK_MS = 20;
  private static final int PIECE_BYTES = 256 * 1024;

  private final Peer peer;
  private final byte[] request;
  private final ByteArrayOutputStream heard = new ByteArrayOutputStream();
  private int sent;
  private int taken;

  private JobClient(Peer peer, byte[] request) {
    this.peer = peer;
    this.request = request;
  }

  /** A request that is like no other one, of about as many bytes as its source has. */
  public static byte[] request(int version, String name, int sourceBytes) {
    List<String> argv =
        List.of("x86_64-linux-gnu-gcc", "-O2", "-c", name + ".c", "-o", name + ".o");
    byte[] source = new byte[sourceBytes];
    new Random(name.hashCode()).nextBytes(source);
    return version == PUMP_VERSION
        ? DistccWire.pumpRequest("/build", argv, Map.of("/build/" + name + ".c", source))
        : DistccWire.request(version, argv, source);
  }

  /** A client of a port of this machine, with this request, of which nothing is sent yet. */
  public static JobClient connect(int port, byte[] request) throws IOException {
    return connect(port, request, 0);
  }

  /**
   * As {@link #connect(int, byte[])}.
   *
   * @param receiveBufferBytes what its kernel takes for it while it does not read; 0: as usual
   */
  public static JobClient connect(int port, byte[] request, int receiveBufferBytes)
      throws IOException {
    InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    return new JobClient(Peer.connect(address, receiveBufferBytes), request);
  }

  /** Connects and sends the whole request. */
  public static JobClient sent(int port, byte[] request) throws IOException {
    JobClient client = connect(port, request);
    client.sendRest();
    return client;
  }

  /** A whole job, which is compiled. */
  public static void run(int port, byte[] request) throws IOException {
    try (JobClient client = sent(port, request)) {
      client.expectCompiled();
    }
  }

  /** Everything before the source, as distcc does before its preprocessor is done. */
  public void sendArguments() throws IOException {
    String text = new String(request, ISO_8859_1);
    int source = Math.max(text.indexOf("DOTI"), text.indexOf("NFIL"));
    send(source - sent);
  }

  /** So many more bytes. */
  public void send(int count) throws IOException {
    peer.send(Arrays.copyOfRange(request, sent, sent + count));
    sent += count;
  }

  /** In pieces, since a thousand clients must not have a thousand copies. */
  public void sendRest() throws IOException {
    while (sent < request.length) {
      send(Math.min(PIECE_BYTES, request.length - sent));
    }
  }

  /** The rest, at this pace. */
  public void sendRest(int bytesPerSecond) throws IOException, InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    while (sent < request.length) {
      send(Math.min(Math.max(1, bytesPerSecond * TICK_MS / 1000), request.length - sent));
      boolean unused = never.await(TICK_MS, TimeUnit.MILLISECONDS);
    }
  }

  /** Ends its stream, but would still receive. distcc never does. */
  public void endOutput() throws IOException {
    peer.endOutput();
  }

  /** Is killed. */
  public void abort() throws IOException {
    peer.reset();
  }

  /** The next bytes of the answer, whatever they are: heart-beats, for example. */
  public byte[] receive(int count) throws IOException {
    byte[] bytes = peer.receive(count);
    heard.writeBytes(bytes);
    return bytes;
  }

  /** The status and all bytes of the answer, those that were received before included. */
  public Answer receiveAnswer() throws IOException {
    expectToken("DONE");
    long status = expectToken("STAT");
    expectBody("SERR");
    expectBody("SOUT");
    int objectBytes = expectBody("DOTO");
    if (status == 0 && version() == PUMP_VERSION) {
      expectBody("DOTD");
    }
    return new Answer((int) status, objectBytes, heard.toString(ISO_8859_1));
  }

  /**
   * The answer of a client's job.
   *
   * @param status as wait(2) gives it
   * @param text all of its bytes, each as a character of ISO 8859-1
   */
  public record Answer(int status, int objectBytes, String text) {}

  /** The answer is, byte by byte, what a {@link FakeDistccd} gives to this very request. */
  public void expectCompiled() throws IOException {
    Answer answer = receiveAnswer();
    byte[] expected = ReceivedJob.of(request).compiled(answer.objectBytes());
    int wrong = Arrays.mismatch(expected, answer.text().getBytes(ISO_8859_1));
    if (wrong >= 0) {
      throw new AssertionError(
          "status 0x%04x, and byte %d of %d is wrong"
              .formatted(answer.status(), wrong, expected.length));
    }
  }

  /** The connection ends, one way or the other, without another byte. */
  public void expectOver() throws IOException {
    long bytes = peer.receiveUntilOver();
    if (bytes > 0) {
      throw new AssertionError(bytes + " bytes instead of the end");
    }
  }

  private int version() {
    return Integer.parseInt(new String(request, 4, 8, US_ASCII), 16);
  }

  private long expectToken(String tag) throws IOException {
    String token = new String(take(TOKEN_BYTES), US_ASCII);
    if (!token.startsWith(tag)) {
      throw new AssertionError("expected %s, received '%s'".formatted(tag, token));
    }
    return Long.parseLong(token.substring(tag.length()), 16);
  }

  private int expectBody(String tag) throws IOException {
    int length = (int) expectToken(tag);
    take(length);
    return length;
  }

  private byte[] take(int count) throws IOException {
    int missing = taken + count - heard.size();
    if (missing > 0) {
      receive(missing);
    }
    taken += count;
    return Arrays.copyOfRange(heard.toByteArray(), taken - count, taken);
  }

  /** As a client does that gives up: not a byte more in either direction. */
  @Override
  public void close() throws IOException {
    peer.close();
  }
}
