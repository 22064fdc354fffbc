package io.tcpbalance.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A viewer of server-sent events. What it waits for is bounded by the test's time-out. Its end
 * closes the connection.
 */
public final class EventReader implements AutoCloseable {

  /** One event. */
  public record Event(String name, JsonNode data) {}

  private static final Duration PAUSE = Duration.ofMillis(20);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Socket socket;
  private final BufferedReader lines;
  private final Map<String, Integer> seen = new HashMap<>();

  private EventReader(Socket socket, BufferedReader lines) {
    this.socket = socket;
    this.lines = lines;
  }

  /**
   * Connects to a port of this machine. Speaks HTTP/1.0, where a body is what comes until the end.
   *
   * @param headers further ones, each a line
   * @throws IOException if it is not served events; the message begins with the status
   */
  public static EventReader open(int port, String path, String... headers) throws IOException {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port);
    try {
      List<String> lines = new ArrayList<>(List.of("GET " + path + " HTTP/1.0", "Host: localhost"));
      lines.addAll(List.of(headers));
      String request = String.join("\r\n", lines) + "\r\n\r\n";
      socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
      BufferedReader answer =
          new BufferedReader(
              new InputStreamReader(socket.getInputStream(), StandardCharsets.UTF_8));
      String status = answer.readLine();
      boolean areEvents = false;
      for (String line = answer.readLine(); line != null && !line.isEmpty(); ) {
        areEvents |= line.equals("Content-Type: text/event-stream");
        line = answer.readLine();
      }
      if (status == null || !status.contains(" 200 ") || !areEvents) {
        throw new IOException(String.valueOf(status).replaceFirst("HTTP/1.. ", ""));
      }
      return new EventReader(socket, answer);
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  /**
   * As {@link #open}, but tries again while there are too many viewers: some may just be leaving.
   */
  public static EventReader openOnceThereIsRoom(int port, String path)
      throws IOException, InterruptedException {
    while (true) {
      try {
        return open(port, path);
      } catch (IOException full) {
        if (!full.getMessage().startsWith("503")) {
          throw full;
        }
        if (Thread.interrupted()) {
          throw new InterruptedException("there was never room for one more viewer");
        }
        LockSupport.parkNanos(PAUSE.toNanos());
      }
    }
  }

  /** The next event, or null at the end of the stream, however that came. */
  public @Nullable Event next() throws IOException {
    String name = "";
    String data = "";
    while (true) {
      String line = readLine();
      if (line == null) {
        return null;
      }
      if (line.startsWith("event: ")) {
        name = line.substring(7);
      } else if (line.startsWith("data: ")) {
        data = line.substring(6);
      } else if (line.isEmpty()) {
        seen.merge(name, 1, Integer::sum);
        return new Event(name, JSON.readTree(data));
      }
    }
  }

  private @Nullable String readLine() {
    try {
      return lines.readLine();
    } catch (IOException cut) {
      return null;
    }
  }

  /** The data of the next event of that name for which that holds; skips others. */
  public JsonNode await(String name, Predicate<JsonNode> wanted) throws IOException {
    while (true) {
      Event event = next();
      if (event == null) {
        throw new IOException("the stream ended before there was such a " + name);
      }
      if (event.name().equals(name) && wanted.test(event.data())) {
        return event.data();
      }
    }
  }

  /** The data of the next event of that name; skips others. */
  public JsonNode await(String name) throws IOException {
    return await(name, data -> true);
  }

  /** Reads until the server ends the stream. */
  public void awaitEnd() throws IOException {
    while (next() != null) {
      // What else there was.
    }
  }

  /** How many events of that name were read until now. */
  public int count(String name) {
    return seen.getOrDefault(name, 0);
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
