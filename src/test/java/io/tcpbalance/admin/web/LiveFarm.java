package io.tcpbalance.admin.web;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.testing.Daemon;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A daemon of its own with a dashboard, and what its API says. */
final class LiveFarm implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String LISTENS = "HTTP interface listens on ";

  private final Path file;
  private final HttpClient http = HttpClient.newHttpClient();
  private final Daemon daemon;
  private final String url;

  private LiveFarm(Path file) throws Exception {
    this.file = file;
    daemon = Daemon.of(file).start();
    String line = daemon.awaitLine(LISTENS);
    url = "http://127.0.0.1:" + line.substring(line.lastIndexOf(':') + 1) + "/";
  }

  /**
   * Starts it.
   *
   * @param settings of admin, and whatever else there is beside it
   * @param proxies each as {@code NAME { ... }}
   */
  static LiveFarm start(Path directory, String settings, String... proxies) throws Exception {
    return start(directory.resolve("farm.conf"), 0, settings, proxies);
  }

  private static LiveFarm start(Path file, int port, String settings, String... proxies)
      throws Exception {
    Files.writeString(
        file,
        "tcpbalance {\n  admin.port = %d\n  console.enabled = false\n  %s\n  proxies {\n%s\n  }\n}\n"
            .formatted(port, settings, String.join("\n", proxies)));
    return new LiveFarm(file);
  }

  /** After this one is closed: the same again, at the same address. */
  LiveFarm again() throws Exception {
    String text = Files.readString(file);
    Files.writeString(
        file, text.replaceFirst("admin.port = \\d+", "admin.port = " + URI.create(url).getPort()));
    return new LiveFarm(file);
  }

  String url() {
    return url;
  }

  int port(String proxy) throws InterruptedException {
    return daemon.port(proxy);
  }

  JsonNode get(String path) {
    return send("GET", path, "");
  }

  /**
   * Asks the API, as whoever needs no token.
   *
   * @param path below /api/v1/
   * @param body JSON, or "" for none
   */
  JsonNode send(String method, String path, String body) {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(url + "api/v1/" + path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body))
            .build();
    try {
      return JSON.readTree(http.send(request, BodyHandlers.ofString()).body());
    } catch (IOException | InterruptedException e) {
      throw new AssertionError("no answer to " + method + " " + path, e);
    }
  }

  /** A field of a back-end, as text; "no back-end …" if it is not there. */
  String backend(String proxy, String name, String field) {
    JsonNode backend = get("proxies/" + proxy + "/backends/" + name);
    return (backend.has("error") ? backend.get("error") : backend.get(field)).asText();
  }

  /** The names, fastest first. */
  List<String> order(String proxy) {
    List<String> names = new ArrayList<>();
    get("proxies/" + proxy + "/backends")
        .forEach(backend -> names.add(backend.get("name").asText()));
    return names;
  }

  /** Sends the daemon a signal, named without SIG. */
  void signal(String name) throws Exception {
    daemon.signal(name);
  }

  @Override
  public void close() {
    daemon.close();
  }
}
