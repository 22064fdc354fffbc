package io.tcpbalance.testing;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The daemon's HTTP interface, as operators use it. For any thread. */
public final class Api {
  /** Longer than new code may take to join a cluster. */
  private static final Duration TIMEOUT = Duration.ofSeconds(60);

  private static final int MOST_TRIES = 5;
  private static final int RESTARTING = 503;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http = HttpClient.newHttpClient();
  private final String base;

  /**
   * An interface.
   *
   * @param base such as {@code http://127.0.0.1:8080}
   */
  public Api(String base) {
    this.base = base;
  }

  public JsonNode get(String path) throws IOException, InterruptedException {
    return good("GET", path, "");
  }

  /** Throws if the answer is not 200. */
  public JsonNode post(String path, String body) throws IOException, InterruptedException {
    return good("POST", path, body);
  }

  private JsonNode good(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpResponse<String> answer = send(method, path, body);
    if (answer.statusCode() != 200) {
      throw new IOException(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
    }
    return JSON.readTree(answer.body());
  }

  /** Returns the status of the answer; asks again where an actor was between two lives. */
  public int change(String method, String path, String body)
      throws IOException, InterruptedException {
    return send(method, path, body).statusCode();
  }

  private HttpResponse<String> send(String method, String path, String body)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(base + path))
            .header("Content-Type", "application/json")
            .timeout(TIMEOUT)
            .method(method, BodyPublishers.ofString(body))
            .build();
    HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
    for (int tries = 1; answer.statusCode() == RESTARTING && tries < MOST_TRIES; tries++) {
      answer = http.send(request, BodyHandlers.ofString());
    }
    return answer;
  }
}
