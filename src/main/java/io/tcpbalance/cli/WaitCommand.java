package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** For scripts: returns when something has come true. */
@Command(
    name = "wait",
    description = {
      "Waits until hosts are idle, up or drained, or nobody waits.",
      "It ends with 0 when all that is asked for is true at once; with 1 if it is not in time, or there"
          + " is no such host; with 69 as soon as the daemon does not answer. Hosts can be named"
          + " several times, each with its own option."
    },
    footer = {
      "",
      "Examples:",
      "  tcpbalance drain bld6 && tcpbalance wait --drained bld6 --timeout 10m && ssh bld6 reboot",
      "  tcpbalance wait --up bld6 --timeout 5m || echo 'bld6 is not back'"
    })
final class WaitCommand implements Callable<Integer> {

  @Mixin private ProxyOptions target = new ProxyOptions();

  @Option(names = "--idle", paramLabel = "HOST", description = "It has no session.")
  private List<String> idle = new ArrayList<>();

  @Option(names = "--up", paramLabel = "HOST", description = "It is in service, and healthy.")
  private List<String> up = new ArrayList<>();

  @Option(
      names = "--drained",
      paramLabel = "HOST",
      description = "It is out of service and has no session, or is not there any more.")
  private List<String> drained = new ArrayList<>();

  @Option(names = "--empty", description = "No client waits.")
  private boolean empty;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long at most, such as 30s or 10m. Default: no limit.")
  private @Nullable Duration timeout;

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "How often to look. Default: 1s.")
  private Duration interval = Duration.ofSeconds(1);

  @Override
  public Integer call() throws Failure {
    if (idle.isEmpty() && up.isEmpty() && drained.isEmpty() && !empty) {
      throw target.misuse("say what to wait for: --idle, --up, --drained or --empty");
    }
    Daemon daemon = target.daemon(ConnectionOptions.ANSWER_TIMEOUT);
    long beganNs = System.nanoTime();
    Optional<String> obstacle = obstacle(daemon);
    while (obstacle.isPresent()) {
      long leftMs = leftMs(System.nanoTime() - beganNs);
      if (leftMs <= 0) {
        throw new Failure(ExitCode.NOT_DONE, "not in time: " + obstacle.get());
      }
      pause(Math.min(leftMs, interval.toMillis()));
      obstacle = obstacle(daemon);
    }
    return ExitCode.DONE.number();
  }

  private long leftMs(long elapsedNs) {
    return timeout == null
        ? Long.MAX_VALUE
        : timeout.minusNanos(elapsedNs).plusNanos(999_999).toMillis();
  }

  static void pause(long ms) throws Failure {
    try {
      Thread.sleep(ms);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.NOT_DONE, "interrupted");
    }
  }

  /** What is not true yet; empty if everything is. */
  private Optional<String> obstacle(Daemon daemon) throws Failure {
    JsonNode proxy = target.proxy(daemon);
    for (String host : idle) {
      JsonNode backend = backend(proxy, host);
      if (sessions(backend) > 0) {
        return Optional.of(host + " has " + sessions(backend) + " sessions");
      }
    }
    for (String host : up) {
      String status = backend(proxy, host).path("status").asText();
      if (!status.equals("up")) {
        return Optional.of(host + " is " + status);
      }
    }
    for (String host : drained) {
      Optional<JsonNode> backend = find(proxy, host);
      if (backend.isPresent() && !isDrained(backend.get())) {
        return Optional.of(words(host, backend.get()));
      }
    }
    long waiting = proxy.path("waiting").asLong();
    return empty && waiting > 0 ? Optional.of(waiting + " clients wait") : Optional.empty();
  }

  /** One that is being removed is draining too, until it is forgotten. */
  private static boolean isDrained(JsonNode backend) {
    return !backend.path("state").asText().equals("up") && sessions(backend) == 0;
  }

  private static String words(String host, JsonNode backend) {
    return "%s is %s and has %d sessions"
        .formatted(host, backend.path("status").asText(), sessions(backend));
  }

  private static long sessions(JsonNode backend) {
    return backend.path("pending").asLong() + backend.path("active").asLong();
  }

  private static JsonNode backend(JsonNode proxy, String host) throws Failure {
    Optional<JsonNode> found = find(proxy, host);
    if (found.isEmpty()) {
      throw Orders.unknown(host, proxy.path("name").asText(), Names.of(proxy.path("backends")));
    }
    return found.get();
  }

  private static Optional<JsonNode> find(JsonNode proxy, String host) {
    for (JsonNode backend : proxy.path("backends")) {
      if (backend.path("name").asText().equals(host)) {
        return Optional.of(backend);
      }
    }
    return Optional.empty();
  }
}
