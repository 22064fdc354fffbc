package io.tcpbalance.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A host that greets with its name, as mail servers do, and hangs up on "QUIT". */
public final class GreetingHost implements AutoCloseable {

  private final String name;
  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads = Executors.newCachedThreadPool();

  private GreetingHost(String name, ServerSocket listener) {
    this.name = name;
    this.listener = listener;
    threads.execute(this::acceptAll);
  }

  /** Starts it on a free loopback port. */
  public static GreetingHost start(String name) throws IOException {
    return start(name, 0);
  }

  /** Starts it on this loopback port. */
  public static GreetingHost start(String name, int port) throws IOException {
    return new GreetingHost(name, new ServerSocket(port, 1024, InetAddress.getLoopbackAddress()));
  }

  public int port() {
    return listener.getLocalPort();
  }

  private void acceptAll() {
    try {
      while (true) {
        Socket client = listener.accept();
        open.add(client);
        threads.execute(() -> serve(client));
      }
    } catch (IOException closed) {
      // The end.
    }
  }

  private void serve(Socket client) {
    try (client;
        BufferedReader in =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.US_ASCII))) {
      say(client, "220 " + name);
      String line = in.readLine();
      while (line != null && !line.equals("QUIT")) {
        say(client, line);
        line = in.readLine();
      }
      say(client, "221 bye");
    } catch (IOException gone) {
      // The client hung up.
    } finally {
      open.remove(client);
    }
  }

  private static void say(Socket client, String line) throws IOException {
    client.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    listener.close();
    for (Socket socket : open) {
      socket.close();
    }
    threads.shutdownNow();
  }
}
