package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.client.AdminClient;
import io.tcpbalance.cli.client.AdminUnreachableException;
import io.tcpbalance.cli.client.Answer;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The daemon that is asked; what it refuses is a {@link Failure}. Any thread may call. */
final class Daemon {

  static final String PROXIES = "/api/v1/proxies";

  private final AdminClient client;
  private final Optional<String> node;

  /**
   * A daemon, or another one by way of it.
   *
   * @param node which one of its cluster is meant, if not itself
   */
  Daemon(AdminClient client, Optional<String> node) {
    this.client = client;
    this.node = node;
  }

  /** A path below a proxy's. */
  static String path(String proxy, String... segments) {
    StringBuilder path = new StringBuilder(PROXIES).append('/').append(segment(proxy));
    for (String segment : segments) {
      path.append('/').append(segment(segment));
    }
    return path.toString();
  }

  private static String segment(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }

  Answer get(String path) throws Failure {
    return send("GET", path, null);
  }

  Answer send(String method, String path, @Nullable JsonNode body) throws Failure {
    Answer answer = ask(method, path, body);
    if (!answer.isGood()) {
      throw Failure.of(answer);
    }
    return answer;
  }

  /** The same, for who wants to see a refusal too. */
  Answer ask(String method, String path, @Nullable JsonNode body) throws Failure {
    try {
      return client.send(method, atNode(path), body);
    } catch (AdminUnreachableException e) {
      throw new Failure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    }
  }

  private String atNode(String path) {
    String separator = path.indexOf('?') >= 0 ? "&" : "?";
    return node.map(name -> path + separator + "node=" + segment(name)).orElse(path);
  }
}
