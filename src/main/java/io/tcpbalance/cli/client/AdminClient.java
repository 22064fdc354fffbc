package io.tcpbalance.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.tcpbalance.config.AdminSettings;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.net.http.HttpClient;
import java.net.http.HttpConnectTimeoutException;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.channels.UnresolvedAddressException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/** Speaks to the admin interface of one daemon. Any thread may call. */
public final class AdminClient {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);

  /** Of what another program said in place of JSON. */
  private static final int LONGEST_ECHO = 60;

  private final HttpClient http;
  private final ObjectMapper json = new ObjectMapper();
  private final URI base;
  private final Optional<String> token;
  private final Duration timeout;

  /**
   * A client; nothing is sent yet.
   *
   * @param base such as {@code http://127.0.0.1:8080}
   * @param token if the daemon wants one; printable ASCII
   * @param caCertificates PEM; without it https trusts whom Java trusts
   * @param timeout for a whole answer
   * @throws IllegalArgumentException if the certificates cannot be used
   */
  public AdminClient(
      URI base, Optional<String> token, Optional<Path> caCertificates, Duration timeout) {
    this.base = base;
    this.token = token;
    this.timeout = timeout;
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(timeout.compareTo(CONNECT_TIMEOUT) < 0 ? timeout : CONNECT_TIMEOUT);
    caCertificates.map(TrustedCertificates::of).ifPresent(builder::sslContext);
    http = builder.build();
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
    return URI.create(admin.scheme() + "://" + reachable(admin.host()) + ":" + admin.port());
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

  /** The same as {@link #send} without a body. */
  public Answer get(String path) throws AdminUnreachableException {
    return send("GET", path, null);
  }

  /**
   * Asks, and waits for the answer.
   *
   * @param path begins with a slash
   * @param body JSON, if there is one
   */
  public Answer send(String method, String path, @Nullable JsonNode body)
      throws AdminUnreachableException {
    BodyPublisher publisher =
        body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString());
    HttpRequest.Builder request =
        HttpRequest.newBuilder(base.resolve(path)).timeout(timeout).method(method, publisher);
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    token.ifPresent(secret -> request.header("Authorization", "Bearer " + secret));
    return send(request.build());
  }

  private Answer send(HttpRequest request) throws AdminUnreachableException {
    try {
      HttpResponse<String> response = http.send(request, BodyHandlers.ofString());
      return answer(response.statusCode(), response.body());
    } catch (ConnectException e) {
      throw unreachable(
          e.getCause() instanceof UnresolvedAddressException
              ? "the name '" + base.getHost() + "' is not known"
              : "nobody listens there; is the daemon running, and is that its admin address?"
                  + " Name it with --url, TCPBALANCE_URL or -c FILE");
    } catch (HttpConnectTimeoutException e) {
      throw unreachable("it cannot be reached; is there a firewall between?");
    } catch (HttpTimeoutException e) {
      throw unreachable("it took longer than " + timeout.toMillis() + " ms");
    } catch (SSLException e) {
      throw unreachable(
          "no TLS that can be trusted ("
              + e.getMessage()
              + "); name the authority's certificate with --cacert FILE, or speak http");
    } catch (IOException e) {
      String hint = "https".equals(base.getScheme()) ? "" : "; if it speaks TLS, write https://";
      throw unreachable((e.getMessage() == null ? e.toString() : e.getMessage()) + hint);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw unreachable("interrupted");
    }
  }

  private Answer answer(int status, String text) throws AdminUnreachableException {
    try {
      JsonNode body = text.isEmpty() ? MissingNode.getInstance() : json.readTree(text);
      return new Answer(status, text, body);
    } catch (JsonProcessingException e) {
      String begin = text.length() > LONGEST_ECHO ? text.substring(0, LONGEST_ECHO) : text;
      throw unreachable(
          "what answers there is no TCPBalance: HTTP status "
              + status
              + ", "
              + begin.replaceAll("[\\p{C}\\s]+", " ").strip());
    }
  }

  private AdminUnreachableException unreachable(String reason) {
    return new AdminUnreachableException("no answer from " + base + ": " + reason);
  }
}
