package io.tcpbalance.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/**
 * One end of a connection, in the hands of a test. Calls block, but never for ever: what did not
 * come is named. One thread reads, one writes.
 */
public final class Peer implements Closeable {

  private static final int READ_TIMEOUT_MS = 20_000;

  private final Socket socket;

  Peer(Socket socket) throws IOException {
    this.socket = socket;
    socket.setSoTimeout(READ_TIMEOUT_MS);
    socket.setTcpNoDelay(true);
  }

  /** A client that is connected to this address. */
  public static Peer connect(InetSocketAddress address) throws IOException {
    return connect(address, 0);
  }

  /**
   * A client that is connected to this address.
   *
   * @param receiveBufferBytes what its kernel may hold for it, so that it soon stops a sender; 0 =
   *     the system's default
   */
  public static Peer connect(InetSocketAddress address, int receiveBufferBytes) throws IOException {
    Socket socket = new Socket();
    try {
      if (receiveBufferBytes > 0) {
        socket.setReceiveBufferSize(receiveBufferBytes);
      }
      socket.connect(address, READ_TIMEOUT_MS);
      return new Peer(socket);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /** Waits for ever from now on: whoever closes it ends that. */
  void bePatient() throws IOException {
    socket.setSoTimeout(0);
  }

  public InputStream input() throws IOException {
    return socket.getInputStream();
  }

  public OutputStream output() throws IOException {
    return socket.getOutputStream();
  }

  /** Returns when the kernel has taken all of it. */
  public void send(byte... bytes) throws IOException {
    output().write(bytes);
  }

  public void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  public byte[] receive(int count) throws IOException {
    byte[] bytes = new byte[count];
    int got = 0;
    while (got < count) {
      int n = read(bytes, got, "byte %d of %d".formatted(got, count));
      if (n < 0) {
        throw new AssertionError("the stream ended at byte %d of %d".formatted(got, count));
      }
      got += n;
    }
    return bytes;
  }

  /** Receives as many bytes as this text has. */
  public void expect(String text) throws IOException {
    String got =
        new String(receive(text.getBytes(StandardCharsets.UTF_8).length), StandardCharsets.UTF_8);
    if (!got.equals(text)) {
      throw new AssertionError("expected '%s', received '%s'".formatted(text, got));
    }
  }

  /** The peer has ended its stream orderly, and there is not a byte before that. */
  public void expectEnd() throws IOException {
    byte[] one = new byte[1];
    if (read(one, 0, "the end of the stream") >= 0) {
      throw new AssertionError("a byte (%d) instead of the end".formatted(one[0]));
    }
  }

  /** The peer has reset the connection; bytes before that are skipped, an orderly end is not. */
  public void expectReset() throws IOException {
    byte[] some = new byte[8192];
    try {
      int n = 0;
      while (n >= 0) {
        n = read(some, 0, "a reset");
      }
    } catch (SocketException e) {
      return;
    }
    throw new AssertionError("an orderly end instead of a reset");
  }

  /** Whether the peer's end or reset is here already; does not wait for it. */
  public boolean isOver() throws IOException {
    if (socket.isClosed()) {
      return true;
    }
    socket.setSoTimeout(1);
    try {
      return input().read() < 0;
    } catch (SocketTimeoutException e) {
      return false;
    } catch (SocketException reset) {
      return true;
    } finally {
      socket.setSoTimeout(READ_TIMEOUT_MS);
    }
  }

  /** Counts what comes until the peer ends or resets. */
  public long receiveUntilOver() throws IOException {
    byte[] some = new byte[65_536];
    long received = 0;
    try {
      for (int n = 0; n >= 0; n = read(some, 0, "the end of the stream")) {
        received += n;
      }
    } catch (SocketException reset) {
      return received;
    }
    return received;
  }

  private int read(byte[] into, int offset, String what) throws IOException {
    try {
      return input().read(into, offset, into.length - offset);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("never received: " + what, e);
    }
  }

  /** Sends an end; what the peer sends is still received. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /** Closes with a reset instead of an end. */
  public void reset() throws IOException {
    socket.setSoLinger(true, 0);
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
