package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.cli.client.Answer;
import io.tcpbalance.config.SlotLimit;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** What can be changed: each static method that is annotated is a command. */
final class Orders {

  private Orders() {}

  /** Where a back-end stands in the list. */
  static final class Place {
    @Option(names = "--after", paramLabel = "NAME", description = "Behind that back-end.")
    private @Nullable String after;

    @Option(names = "--first", description = "Before all others.")
    private boolean first;

    void put(ObjectNode body) {
      body.put("after", first ? null : after);
    }
  }

  @Command(
      description = "Puts a back-end in service: it may be used, and is healthy.",
      footer = {"", "Example:", "  tcpbalance up bld6"})
  static int up(@Mixin Request request, @Parameters(paramLabel = "HOST") String host)
      throws Failure {
    return change(request, host, object().put("state", "up"));
  }

  @Command(
      description = "Takes a back-end out of service: no new sessions, those it has go on.",
      footer = {"", "Example:", "  tcpbalance drain bld6 && tcpbalance wait --drained bld6"})
  static int drain(@Mixin Request request, @Parameters(paramLabel = "HOST") String host)
      throws Failure {
    return change(request, host, object().put("state", "drain"));
  }

  @Command(
      description = "The same as drain, in another word; the status page tells them apart.",
      footer = {"", "Example:", "  tcpbalance down bld6"})
  static int down(@Mixin Request request, @Parameters(paramLabel = "HOST") String host)
      throws Failure {
    return change(request, host, object().put("state", "down"));
  }

  @Command(
      description = "Sets how many sessions a back-end gets at once.",
      footer = {"", "Example:", "  tcpbalance resize bld6 8"})
  static int resize(
      @Mixin Request request,
      @Parameters(paramLabel = "HOST") String host,
      @Parameters(paramLabel = "MAX", description = "A number, or auto.") String max)
      throws Failure {
    return change(request, host, object().<ObjectNode>set("maxConnections", limit(request, max)));
  }

  @Command(
      description = "Sets where a back-end stands in the list, which begins with the fastest.",
      footer = {
        "",
        "Examples:",
        "  tcpbalance move bld6 --first",
        "  tcpbalance move bld4 --after bld6"
      })
  static int move(
      @Mixin Request request,
      @Parameters(paramLabel = "HOST") String host,
      @ArgGroup(exclusive = true, multiplicity = "1") Place place)
      throws Failure {
    ObjectNode body = object();
    place.put(body);
    return change(request, host, body);
  }

  private static int change(Request request, String host, ObjectNode body) throws Failure {
    Daemon daemon = request.daemon();
    String path = backend(request, daemon, host);
    return told(request, "changed", daemon.send("PATCH", path, body));
  }

  @Command(
      description = "Adds a back-end, last by default.",
      footer = {
        "",
        "Examples:",
        "  tcpbalance add bld9 --max 8 --first",
        "  tcpbalance add spare --host 10.0.0.9 --port 3633 --state drain --after bld6"
      })
  static int add(
      @Mixin Request request,
      @Parameters(paramLabel = "NAME") String name,
      @Option(names = "--host", paramLabel = "HOST", description = "Default: NAME.")
          @Nullable String host,
      @Option(names = "--port", paramLabel = "PORT", description = "Default: the proxy's own.")
          @Nullable Integer port,
      @Option(
              names = "--max",
              paramLabel = "MAX",
              description = "Sessions at once, or auto. Default: 1.")
          @Nullable String max,
      @Option(
              names = "--stats-port",
              paramLabel = "PORT",
              description = "Where its distccd tells what auto asks for. Default: 3633.")
          @Nullable Integer statsPort,
      @Option(names = "--state", paramLabel = "STATE", description = "up (default), drain or down.")
          @Nullable String state,
      @Option(
              names = "--compilers",
              paramLabel = "NAME",
              split = ",",
              description = "Those it has, * for any characters. Default: any.")
          @Nullable List<String> compilers,
      @ArgGroup(exclusive = true) @Nullable Place place)
      throws Failure {
    ObjectNode body = object().put("name", name);
    putIf(body, "host", host == null ? null : JsonNodeFactory.instance.textNode(host));
    putIf(body, "port", number(port));
    putIf(body, "statsPort", number(statsPort));
    putIf(body, "maxConnections", max == null ? null : limit(request, max));
    putIf(body, "state", state == null ? null : JsonNodeFactory.instance.textNode(state));
    if (compilers != null) {
      compilers.forEach(body.withArray("compilers")::add);
    }
    if (place != null) {
      place.put(body);
    }
    Daemon daemon = request.daemon();
    String path = Daemon.path(proxyName(request, daemon), "backends");
    return told(request, "added", daemon.send("POST", path, body));
  }

  private static JsonNode limit(Request request, String max) {
    try {
      return max.equals(SlotLimit.AUTO_WORD)
          ? JsonNodeFactory.instance.textNode(max)
          : JsonNodeFactory.instance.numberNode(Integer.parseInt(max));
    } catch (NumberFormatException e) {
      throw request.misuse("MAX must be a number or auto, not '" + max + "'");
    }
  }

  private static @Nullable JsonNode number(@Nullable Integer number) {
    return number == null ? null : JsonNodeFactory.instance.numberNode(number);
  }

  private static void putIf(ObjectNode body, String field, @Nullable JsonNode value) {
    if (value != null) {
      body.set(field, value);
    }
  }

  @Command(
      description = "Drains a back-end, and forgets it when its last session has ended.",
      footer = {"", "Example:", "  tcpbalance remove bld6 && tcpbalance wait --drained bld6"})
  static int remove(
      @Mixin Request request,
      @Parameters(paramLabel = "HOST") String host,
      @Option(names = "--force", description = "Close its sessions, and forget it at once.")
          boolean force)
      throws Failure {
    Daemon daemon = request.daemon();
    String path = backend(request, daemon, host) + (force ? "?force=true" : "");
    Answer answer = daemon.send("DELETE", path, null);
    String how = force ? "its sessions are closed" : "its sessions may finish";
    return say(request, answer, host + " removed; " + how);
  }

  @Command(
      description = "Makes a back-end, or all of a proxy, up and healthy.",
      footer = {"", "Examples:", "  tcpbalance reset bld6", "  tcpbalance reset"})
  static int reset(
      @Mixin Request request,
      @Parameters(paramLabel = "HOST", arity = "0..1", description = "Default: all.")
          @Nullable String host)
      throws Failure {
    Daemon daemon = request.daemon();
    if (host != null) {
      String path = backend(request, daemon, host) + "/reset";
      return told(request, "reset", daemon.send("POST", path, null));
    }
    String proxy = proxyName(request, daemon);
    Answer answer = daemon.send("POST", Daemon.path(proxy, "reset"), null);
    int count = answer.body().path("backends").size();
    return say(request, answer, proxy + " reset: " + count + " back-ends are up");
  }

  @Command(
      description = "Closes a session, waiting or not; 'tcpbalance sessions' lists them.",
      footer = {"", "Example:", "  tcpbalance kill 42"})
  static int kill(@Mixin Request request, @Parameters(paramLabel = "SESSION") long session)
      throws Failure {
    Daemon daemon = request.daemon();
    String path = Daemon.path(proxyName(request, daemon), "sessions", String.valueOf(session));
    Answer answer = daemon.ask("DELETE", path, null);
    if (answer.status() == 404) {
      throw new Failure(
          ExitCode.NOT_DONE,
          "no session " + session + ", it may have ended; 'tcpbalance sessions' lists them");
    }
    if (!answer.isGood()) {
      throw Failure.of(answer);
    }
    return say(request, answer, "session " + session + " closed");
  }

  private static String proxyName(Request request, Daemon daemon) throws Failure {
    return request.proxy(daemon).path("name").asText();
  }

  /** The path of a back-end that is there. */
  private static String backend(Request request, Daemon daemon, String host) throws Failure {
    JsonNode proxy = request.proxy(daemon);
    String name = proxy.path("name").asText();
    List<String> known = Names.of(proxy.path("backends"));
    if (!known.contains(host)) {
      throw unknown(host, name, known);
    }
    return Daemon.path(name, "backends", host);
  }

  static Failure unknown(String host, String proxy, List<String> known) {
    return new Failure(
        ExitCode.NOT_DONE,
        "no back-end '" + host + "' in proxy '" + proxy + "'; there is " + Names.listed(known));
  }

  private static int told(Request request, String what, Answer answer) {
    JsonNode b = answer.body();
    return say(
        request,
        answer,
        "%s %s: %s, %s, at most %d"
            .formatted(
                b.path("name").asText(),
                what,
                Views.address(b),
                b.path("status").asText(),
                b.path("maxConnections").asLong()));
  }

  private static int say(Request request, Answer answer, String words) {
    if (!request.printsJson(answer)) {
      request.out().println(words);
    }
    JsonNode warning = answer.body().path("warning");
    if (warning.isTextual()) {
      request.err().println("warning: " + warning.asText());
    }
    return ExitCode.DONE.number();
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }
}
