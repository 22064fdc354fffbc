package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.Table.Cell;
import io.tcpbalance.cli.client.Answer;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi.Style;
import picocli.CommandLine.Mixin;

/** What can be looked at: each static method that is annotated is a command. */
final class Views {

  private Views() {}

  private static final String MOST_ROWS = "?limit=10000";

  @Command(
      description = "Shows every proxy with its back-ends: the first thing to look at.",
      footer = {"", "Example:", "  tcpbalance status"})
  static int status(@Mixin Request request) throws Failure {
    Daemon daemon = request.daemon();
    if (request.isJson()) {
      String path = request.proxy().map(name -> Daemon.path(name)).orElse(Daemon.PROXIES);
      request.printsJson(daemon.get(path));
      return ExitCode.DONE.number();
    }
    List<JsonNode> proxies = request.proxies(daemon);
    String separator = "";
    for (JsonNode proxy : proxies) {
      request.out().print(separator + headline(proxy));
      request.print(backends(proxy.path("backends")));
      separator = "\n";
    }
    if (proxies.isEmpty()) {
      request.out().println("no proxy is configured");
    }
    return ExitCode.DONE.number();
  }

  private static String headline(JsonNode proxy) {
    long busy = 0;
    long slots = 0;
    for (JsonNode backend : proxy.path("backends")) {
      busy += backend.path("pending").asLong() + backend.path("active").asLong();
      slots += backend.path("slots").asLong();
    }
    return "%s: %s on %s, %s, %d of %d slots busy, %d waiting, since %s%n"
        .formatted(
            proxy.path("name").asText(),
            proxy.path("protocol").asText(),
            proxy.path("listen").asText(),
            accepts(proxy),
            busy,
            slots,
            proxy.path("waiting").asLong(),
            proxy.path("startedAt").asText());
  }

  private static String accepts(JsonNode proxy) {
    String accepts = proxy.path("accepting").asBoolean() ? "accepts clients" : "ACCEPTS NO CLIENTS";
    JsonNode stalled = proxy.path("stalled");
    return stalled.isObject()
        ? accepts + ", GIVES NO SLOTS (" + stalled.path("reason").asText() + ")"
        : accepts;
  }

  @Command(
      description = "Lists the proxies.",
      footer = {"", "Example:", "  tcpbalance proxies --json"})
  static int proxies(@Mixin Request request) throws Failure {
    Answer answer = request.daemon().get(Daemon.PROXIES);
    return show(
        request,
        answer,
        new Table("Name", "Listens", "Protocol", ">Back-ends", ">Waiting", "Clients"),
        Views::addProxy);
  }

  private static void addProxy(Table table, JsonNode proxy) {
    table.add(
        text(proxy, "name"),
        text(proxy, "listen"),
        text(proxy, "protocol"),
        Cell.of(proxy.path("backends").size()),
        text(proxy, "waiting"),
        Cell.of(proxy.path("accepting").asBoolean() ? "accepted" : "refused"));
  }

  @Command(
      description = "Lists the back-ends of a proxy, fastest first.",
      footer = {"", "Example:", "  tcpbalance backends --proxy distcc"})
  static int backends(@Mixin Request request) throws Failure {
    Daemon daemon = request.daemon();
    JsonNode proxy = request.proxy(daemon);
    if (request.isJson()) {
      request.printsJson(daemon.get(Daemon.path(proxy.path("name").asText(), "backends")));
    } else {
      request.print(backends(proxy.path("backends")));
    }
    return ExitCode.DONE.number();
  }

  private static Table backends(JsonNode backends) {
    Table table =
        new Table(
            "Name",
            "Address",
            "Status",
            ">Max",
            ">Slots",
            ">Pending",
            ">Active",
            ">Done",
            "Last error");
    backends.forEach(backend -> addBackend(table, backend));
    return table;
  }

  private static void addBackend(Table table, JsonNode b) {
    String error = b.path("lastError").asText("");
    boolean none = b.path("lastError").isNull();
    table.add(
        text(b, "name"),
        Cell.of(address(b)),
        status(b.path("status").asText()),
        text(b, "maxConnections"),
        text(b, "slots"),
        text(b, "pending"),
        text(b, "active"),
        Cell.of(b.path("activeCount").asLong() - b.path("active").asLong()),
        Cell.of(none ? "-" : b.path("lastErrorTime").asText() + " " + error));
  }

  static String address(JsonNode backend) {
    String host = backend.path("host").asText();
    return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + backend.path("port").asText();
  }

  private static Cell status(String word) {
    return new Cell(
        word,
        switch (word) {
          case "up" -> Style.fg_green;
          case "failed" -> Style.fg_red;
          default -> Style.fg_yellow;
        });
  }

  @Command(
      description = "Lists the clients of a proxy, in the order of their arrival.",
      footer = {"", "Example:", "  tcpbalance sessions"})
  static int sessions(@Mixin Request request) throws Failure {
    Daemon daemon = request.daemon();
    String path = Daemon.path(request.proxy(daemon).path("name").asText(), "sessions");
    return show(
        request,
        daemon.get(path + MOST_ROWS),
        new Table("Session", "Client", "Phase", "Back-end", ">Age", ">In", ">Out", "Job"),
        Views::addSession);
  }

  private static void addSession(Table table, JsonNode s) {
    JsonNode job = s.path("job");
    table.add(
        text(s, "id"),
        text(s, "client"),
        text(s, "phase"),
        Cell.of(s.path("backend").asText("-")),
        Cell.of(Times.words(s.path("ageMs").asLong())),
        text(s, "bytesIn"),
        text(s, "bytesOut"),
        Cell.of(
            job.isObject()
                ? job.path("compiler").asText() + " " + job.path("file").asText()
                : "-"));
  }

  @Command(
      description = "Lists the clients that wait, in the order of the queue.",
      footer = {"", "Example:", "  tcpbalance waiting"})
  static int waiting(@Mixin Request request) throws Failure {
    Daemon daemon = request.daemon();
    String path = Daemon.path(request.proxy(daemon).path("name").asText(), "waiting");
    return show(
        request,
        daemon.get(path + MOST_ROWS),
        new Table(">Place", "Session", "Client", ">Waited"),
        Views::addWaiting);
  }

  private static void addWaiting(Table table, JsonNode w) {
    table.add(
        text(w, "position"),
        text(w, "session"),
        text(w, "client"),
        Cell.of(Times.words(w.path("waitedMs").asLong())));
  }

  @Command(
      description = "Shows the supervisor tree, then the sessions.",
      footer = {"", "Example:", "  tcpbalance actors"})
  static int actors(@Mixin Request request) throws Failure {
    return show(
        request,
        request.daemon().get("/api/v1/actors" + MOST_ROWS),
        new Table("Path", "State", ">Age", ">Restarts", ">Mailbox"),
        Views::addActor);
  }

  private static void addActor(Table table, JsonNode a) {
    table.add(
        text(a, "path"),
        text(a, "state"),
        Cell.of(Times.words(a.path("ageMs").asLong())),
        text(a, "restarts"),
        Cell.of(a.path("mailboxSize").asText("-")));
  }

  @Command(
      description = "Lists the nodes of the daemon's cluster.",
      footer = {"", "Examples:", "  tcpbalance nodes", "  tcpbalance status --node 10.0.0.2"})
  static int nodes(@Mixin Request request) throws Failure {
    Answer answer = request.daemon().get("/api/v1/nodes");
    if (request.printsJson(answer)) {
      return ExitCode.DONE.number();
    }
    Table table = new Table("Node", "Address", "Status", "Version", "Since", "Proxies", "Remarks");
    answer.body().path("nodes").forEach(node -> addNode(table, node));
    request.print(table);
    if (!answer.body().path("majority").asBoolean()) {
      request
          .err()
          .println(
              "warning: the majority of the nodes is out of reach; shared slots are not given");
    }
    return ExitCode.DONE.number();
  }

  private static void addNode(Table table, JsonNode n) {
    boolean isReachable = n.path("reachable").asBoolean();
    table.add(
        text(n, "name"),
        Cell.of(n.path("address").asText("-")),
        isReachable ? status(n.path("status").asText()) : new Cell("unreachable", Style.fg_red),
        Cell.of(n.path("version").asText("-")),
        Cell.of(n.path("startedAt").asText("-")),
        Cell.of(proxiesOf(n)),
        Cell.of(String.join(", ", remarks(n))));
  }

  /** What a node did not tell is not known to be none. */
  private static String proxiesOf(JsonNode n) {
    List<String> names = new ArrayList<>();
    n.path("proxies").forEach(name -> names.add(name.asText()));
    return n.path("proxies").isNull() ? "-" : Names.listed(names);
  }

  private static List<String> remarks(JsonNode n) {
    List<String> remarks = new ArrayList<>();
    if (n.path("self").asBoolean()) {
      remarks.add("this one");
    }
    if (n.path("deciding").asBoolean()) {
      remarks.add("decides");
    }
    if (!n.path("vote").asBoolean()) {
      remarks.add("no vote");
    }
    return remarks;
  }

  private static int show(
      Request request, Answer answer, Table table, BiConsumer<Table, JsonNode> add) {
    if (!request.printsJson(answer)) {
      answer.body().forEach(row -> add.accept(table, row));
      request.print(table);
    }
    return ExitCode.DONE.number();
  }

  private static Cell text(JsonNode node, String field) {
    return Cell.of(node.path(field).asText());
  }
}
