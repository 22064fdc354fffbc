package io.tcpbalance.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** A client that speaks in lines. */
public final class TalkingClient implements AutoCloseable {

  private final Socket socket;
  private final BufferedReader in;

  /**
   * Talks over the socket, which it closes at the end; what it waits for is bounded by the socket's
   * read time-out.
   */
  public TalkingClient(Socket socket) throws IOException {
    this.socket = socket;
    in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
  }

  /** The next line, or null at the end of the stream. */
  public @Nullable String hear() throws IOException {
    return in.readLine();
  }

  public void say(String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  public Socket socket() {
    return socket;
  }

  /** Ends the connection in the middle of a test. */
  public void hangUp() throws IOException {
    socket.close();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
