package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Which daemon, and which of its proxies. */
class ProxyOptions extends ConnectionOptions {

  @Option(
      names = {"-p", "--proxy"},
      paramLabel = "NAME",
      description = "Which proxy is meant; not needed if there is one only.")
  private @Nullable String proxy;

  final Optional<String> proxy() {
    return Optional.ofNullable(proxy);
  }

  /** The proxy that is meant, with all that the daemon tells of it. */
  final JsonNode proxy(Daemon daemon) throws Failure {
    return choose(proxies(daemon));
  }

  /** All proxies, or the one that is named. */
  final List<JsonNode> proxies(Daemon daemon) throws Failure {
    List<JsonNode> all = new ArrayList<>();
    daemon.get(Daemon.PROXIES).body().forEach(all::add);
    return proxy == null ? all : List.of(named(proxy, all));
  }

  private JsonNode choose(List<JsonNode> candidates) throws Failure {
    if (candidates.size() == 1) {
      return candidates.get(0);
    }
    throw new Failure(
        ExitCode.USAGE,
        candidates.isEmpty()
            ? "the daemon has no proxy; configure one"
            : "say which proxy is meant, --proxy NAME; there is "
                + Names.listed(Names.of(candidates)));
  }

  /** That one of them. */
  static JsonNode named(String name, List<JsonNode> all) throws Failure {
    for (JsonNode candidate : all) {
      if (candidate.path("name").asText().equals(name)) {
        return candidate;
      }
    }
    throw new Failure(
        ExitCode.NOT_DONE, "no proxy '" + name + "'; there is " + Names.listed(Names.of(all)));
  }
}
