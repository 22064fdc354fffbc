package io.tcpbalance.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tcpbalance.config.AdminSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Optional;

/** Speaks to the admin interface of one daemon. */
public final class AdminClient {

  /**
   * What it answered.
   *
   * @param status of HTTP
   * @param body JSON
   */
  public record Answer(int status, JsonNode body) {
    public boolean isGood() {
      return status / 100 == 2;
    }
  }

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Longer than the daemon takes to say that something takes too long. */
  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private final HttpClient http =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_TIMEOUT)
          .build();
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private final Optional<String> token;

  /**
   * A client; nothing is sent yet.
   *
   * @param base such as {@code http://127.0.0.1:8080}
   * @param token if the daemon wants one
   */
  public AdminClient(URI base, Optional<String> token) {
    this.base = base;
    this.token = token;
  }

  /**
   * Where a daemon with these settings is found from its own machine.
   *
   * @throws AdminUnreachableException if they do not tell
   */
  public static URI urlOf(AdminSettings admin) throws AdminUnreachableException {
    if (!admin.enabled()) {
      throw new AdminUnreachableException(
          "the HTTP interface is off (admin.enabled); send the daemon a SIGHUP instead");
    }
    if (admin.port() == 0) {
      throw new AdminUnreachableException(
          "the system chose the port (admin.port = 0); name it with --url");
    }
    return URI.create("http://" + reachable(admin.host()) + ":" + admin.port());
  }

  /** Who listens everywhere listens on loopback too. */
  private static String reachable(String host) {
    try {
      boolean literal = host.matches("[0-9.]+|.*:.*");
      if (literal && InetAddress.getByName(host).isAnyLocalAddress()) {
        return "127.0.0.1";
      }
    } catch (UnknownHostException e) {
      // Then it is tried as it is.
    }
    return host.indexOf(':') >= 0 ? "[" + host + "]" : host;
  }

  /**
   * Sends a POST without a body.
   *
   * @param path begins with a slash
   */
  public Answer post(String path) throws AdminUnreachableException {
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(ANSWER_TIMEOUT)
            .POST(BodyPublishers.noBody());
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    try {
      HttpResponse<String> response = http.send(request.build(), BodyHandlers.ofString());
      return new Answer(response.statusCode(), json.readTree(response.body()));
    } catch (ConnectException e) {
      throw unreachable("nobody listens there; is the daemon running?");
    } catch (JsonProcessingException e) {
      throw unreachable("what answers there is no TCPBalance");
    } catch (IOException e) {
      throw unreachable(e.getMessage() == null ? e.toString() : e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted");
    }
  }

  private AdminUnreachableException unreachable(String reason) {
    return new AdminUnreachableException("no answer from " + base + ": " + reason);
  }
}
