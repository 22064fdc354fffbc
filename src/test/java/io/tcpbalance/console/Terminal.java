package io.tcpbalance.console;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.function.Predicate;

/** A client of the console that says lines and reads answers. */
final class Terminal implements AutoCloseable {

  private static final int PATIENCE_MS = 30_000;

  final Socket socket = new Socket();
  private final InputStream in;

  Terminal(InetSocketAddress address) throws IOException {
    socket.connect(address);
    socket.setSoTimeout(PATIENCE_MS);
    in = new BufferedInputStream(socket.getInputStream());
  }

  void send(String text) throws IOException {
    send(text.getBytes(StandardCharsets.UTF_8));
  }

  void send(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
  }

  /** Says a line, and returns what is answered, with LF as the end of lines. */
  String ask(String line) throws IOException {
    send(line + "\r\n");
    return readPrompt();
  }

  /** What comes before the next prompt, for which the server then waits. */
  String readPrompt() throws IOException {
    String text = read(t -> t.endsWith("> ") && isAtPrompt(t));
    return text.substring(0, text.lastIndexOf('\n') + 1);
  }

  /** Reads until that text has come, which is the end of what is returned. */
  String readText(String until) throws IOException {
    return read(t -> t.endsWith(until));
  }

  private String read(Predicate<String> end) throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    String text = "";
    while (!end.test(text)) {
      int b = in.read();
      if (b < 0) {
        throw new IOException("the end came after " + text);
      }
      read.write(b);
      text = text(read);
    }
    return text;
  }

  private static boolean isAtPrompt(String text) {
    return text.substring(text.lastIndexOf('\n') + 1).matches("[A-Za-z0-9._:@-]*> ");
  }

  /** Everything until the server hangs up, by a reset too. */
  String readAll() throws IOException {
    ByteArrayOutputStream read = new ByteArrayOutputStream();
    try {
      for (int b = in.read(); b >= 0; b = in.read()) {
        read.write(b);
      }
    } catch (SocketException e) {
      // The same: we may have said more than it wanted to hear.
    }
    return text(read);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8).replace("\r\n", "\n");
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
