package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;

/** Serves the statistics of a distccd on loopback, to one after the other, as distccd does. */
public final class FakeStatsPage implements AutoCloseable {

  /** What it does with each who connects; then it hangs up. */
  @FunctionalInterface
  public interface Manner {
    void serve(OutputStream to) throws IOException, InterruptedException;
  }

  private final AtomicInteger connections = new AtomicInteger();
  private final ServerSocket listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
  private final ExecutorService thread = Executors.newSingleThreadExecutor();

  public FakeStatsPage(Manner manner) throws IOException {
    thread.execute(
        () -> {
          while (!listener.isClosed()) {
            serveOne(manner);
          }
        });
  }

  /** Writes this text. */
  public static Manner page(String text) {
    return to -> to.write(text.getBytes(ISO_8859_1));
  }

  private void serveOne(Manner manner) {
    try (Socket client = listener.accept()) {
      connections.incrementAndGet();
      manner.serve(client.getOutputStream());
    } catch (IOException | InterruptedException gone) {
      // The reader hung up, or this is the end.
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  /** How many have connected. */
  public int connections() {
    return connections.get();
  }

  @Override
  public void close() throws IOException {
    listener.close();
    thread.shutdownNow();
  }
}
