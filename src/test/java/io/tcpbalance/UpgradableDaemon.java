package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.TalkingClient;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A daemon that may load code from one directory, and what its operator sees and does. */
final class UpgradableDaemon implements AutoCloseable {

  private static final Pattern LISTENS = Pattern.compile("127.0.0.1:([0-9]+)");
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Daemon process;
  private final Path directory;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  private final HttpClient http = HttpClient.newHttpClient();

  private UpgradableDaemon(Daemon process, Path directory) {
    this.process = process;
    this.directory = directory;
  }

  /**
   * Starts one.
   *
   * @param directory for its configuration and its state
   * @param allowed where new code may lie
   * @param proxies blocks of the configuration
   */
  static UpgradableDaemon start(Path directory, Path allowed, String proxies) throws IOException {
    return start(directory, allowed, proxies, "");
  }

  /** The same, with more that is configured beside its proxies. */
  static UpgradableDaemon start(Path directory, Path allowed, String proxies, String more)
      throws IOException {
    String text =
        """
        tcpbalance {
          state-dir = "%s"
          admin.port = 0
          console.port = 0
          upgrade.allowed-dirs = ["%s"]
          # Two would read the requests of those who come at once in any order.
          relay.loops = 1
          proxies { %s }
          %s
        }
        """
            .formatted(directory.resolve("state"), allowed, proxies, more);
    Path file = Files.writeString(directory.resolve("tcpbalance.conf"), text, UTF_8);
    return new UpgradableDaemon(Daemon.of(file).jvmOptions("-Xmx256m").start(), directory);
  }

  /** The block of a proxy with one host. */
  static String proxy(String name, String protocol, int port, int slots) {
    return """
        %s {
          listen { host = 127.0.0.1, port = 0 }
          protocol = %s
          health.check = none
          backends = [{ name = bld1, host = 127.0.0.1, port = %d, max-connections = %d }]
        }
        """
        .formatted(name, protocol, port, slots);
  }

  Daemon process() {
    return process;
  }

  Path configuration() {
    return directory.resolve("tcpbalance.conf");
  }

  Path stateDir() {
    return directory.resolve("state");
  }

  int port(String proxy) throws InterruptedException {
    return process.port(proxy);
  }

  TalkingClient connect(String proxy) throws Exception {
    Socket socket = new Socket(InetAddress.getLoopbackAddress(), port(proxy));
    socket.setSoTimeout(60_000);
    return new TalkingClient(socket);
  }

  /** Runs a command that asks this daemon; returns its exit code. */
  int execute(String... words) throws Exception {
    List<String> arguments = new ArrayList<>(List.of(words));
    arguments.add("--url");
    arguments.add(url());
    return Main.commandLine(new LoneGround())
        .setOut(new PrintWriter(out))
        .setErr(new PrintWriter(err))
        .execute(arguments.toArray(String[]::new));
  }

  /** Lets it load that, and does not wait for the end of the code before. */
  int upgrade(Path code) throws Exception {
    return execute("upgrade", code.toString(), "--no-wait");
  }

  int rollBack() throws Exception {
    return execute("upgrade", "--rollback", "--no-wait");
  }

  /** What commands have printed. */
  String out() {
    return out.toString();
  }

  /** What commands have complained of. */
  String err() {
    return err.toString();
  }

  String get(String path) throws Exception {
    return send(HttpRequest.newBuilder(URI.create(url() + path)).build());
  }

  JsonNode json(String path) throws Exception {
    return JSON.readTree(get(path));
  }

  String patch(String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(URI.create(url() + path))
            .header("Content-Type", "application/json")
            .method("PATCH", BodyPublishers.ofString(body))
            .build());
  }

  /**
   * At the moment of an upgrade a connection may be cut before it has an answer, or the answer is
   * to try again: does so.
   */
  private String send(HttpRequest request) throws Exception {
    while (true) {
      try {
        HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
        if (answer.statusCode() == 503) {
          continue;
        }
        assertTrue(answer.statusCode() < 300, answer.body());
        return answer.body();
      } catch (IOException e) {
        if (ProcessHandle.of(process.pid()).isEmpty()) {
          throw e;
        }
      }
    }
  }

  String url() throws InterruptedException {
    Matcher matcher = LISTENS.matcher(process.awaitLine("HTTP interface listens on"));
    assertTrue(matcher.find());
    return "http://127.0.0.1:" + matcher.group(1);
  }

  void awaitStatus(String line) throws Exception {
    String page = get("/status");
    while (!page.contains(line)) {
      page = get("/status");
    }
  }

  /** Waits until as many generations as that are in this state. */
  void awaitGenerations(String state, int count) throws Exception {
    while (generations(g -> g.path("state").asText().equals(state)).size() < count) {
      Thread.onSpinWait();
    }
  }

  List<JsonNode> generations(Predicate<JsonNode> wanted) throws Exception {
    List<JsonNode> found = new ArrayList<>();
    for (JsonNode generation : json("/api/v1/generations")) {
      if (wanted.test(generation)) {
        found.add(generation);
      }
    }
    return found;
  }

  @Override
  public void close() {
    process.close();
  }
}
