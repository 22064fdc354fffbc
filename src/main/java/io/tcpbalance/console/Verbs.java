package io.tcpbalance.console;

import io.tcpbalance.admin.TextTable;
import io.tcpbalance.config.OperatorState;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** What can be said, and who does it. */
final class Verbs {

  private final Map<String, Verb> byName = new LinkedHashMap<>();

  /** Where a verb is done that is about a node's proxies. */
  private interface Place {
    Verb.Action of(Verb.Action action, boolean change);
  }

  private Verbs() {}

  /** For those who are connected to this node; they may mean another one. */
  static Verbs ofConsole(Views views, Orders orders, OtherNodes others) {
    Verbs verbs = new Verbs();
    verbs.put("help [VERB]", "what can be said", verbs::help);
    verbs.put("auth TOKEN", "gives the token, where one is needed", Verbs::authenticate);
    verbs.put("nodes", "the nodes of the cluster", others::list);
    verbs.put(
        "node [NAME]",
        "chooses the node that is meant from now on; without a name, this one",
        others::choose);
    verbs.putAboutProxies(views, orders, others::around);
    verbs.put("quit", "ends this connection", Verbs::quit);
    return verbs;
  }

  /** For those who mean this node, and are connected to another. */
  static Verbs ofThisNode(Views views, Orders orders) {
    Verbs verbs = new Verbs();
    verbs.putAboutProxies(views, orders, (action, change) -> action);
    return verbs;
  }

  private void putAboutProxies(Views views, Orders orders, Place place) {
    look(place, "status", "the status page, of all proxies", views::status);
    look(place, "proxies", "the proxies", views::proxies);
    look(place, "use NAME", "chooses the proxy that is meant from now on", this::use);
    look(place, "backends", "its back-ends, fastest first", views::backends);
    look(place, "sessions", "its clients, in the order of their arrival", views::sessions);
    look(place, "waiting", "who waits, in the order of the queue", views::waiting);
    look(
        place, "watch [SECONDS]", "shows the back-ends again and again, until Enter", views::watch);
    change(
        place,
        "up HOST",
        "the back-end may be used, and is healthy",
        orders.state(OperatorState.UP));
    change(
        place,
        "drain HOST",
        "no new sessions, those it has go on",
        orders.state(OperatorState.DRAIN));
    change(place, "down HOST", "the same, in other words", orders.state(OperatorState.DOWN));
    change(
        place,
        "add NAME [HOST[:PORT]] [MAX|auto] [after X|first]",
        "a new back-end of MAX sessions (1), last by default",
        orders::add);
    change(
        place,
        "remove HOST [force]",
        "drains and forgets it; force closes its sessions",
        orders::remove);
    change(place, "resize HOST MAX|auto", "how many sessions it gets at once", orders::resize);
    change(place, "move HOST after X|first", "where it stands in the list", orders::move);
    change(place, "reset [HOST]", "up and healthy: the back-end, or all", orders::reset);
    change(place, "kill SESSION", "closes a session, by its Id in 'sessions'", orders::kill);
  }

  private void look(Place place, String usage, String what, Verb.Action action) {
    put(usage, what, place.of(action, false));
  }

  private void change(Place place, String usage, String what, Verb.Action action) {
    put(usage, what, place.of(action, true));
  }

  private void put(String usage, String what, Verb.Action action) {
    Verb verb = new Verb(usage, what, action);
    byName.put(verb.name(), verb);
  }

  Optional<Verb> named(String name) {
    return Optional.ofNullable(byName.get(name.toLowerCase(Locale.ROOT)));
  }

  private CompletionStage<Answer> help(Operator operator, Words words) {
    List<List<String>> rows = new ArrayList<>();
    if (words.areLeft()) {
      String name = words.next("VERB");
      Verb verb = named(name).orElseThrow(() -> unknown(name));
      rows.add(List.of(verb.usage(), verb.what()));
    } else {
      byName.values().forEach(verb -> rows.add(List.of(verb.usage(), verb.what())));
    }
    words.end();
    return done(Answer.of(TextTable.of(rows)));
  }

  static Misuse unknown(String verb) {
    return new Misuse("'" + verb + "' is not understood; say 'help'");
  }

  private CompletionStage<Answer> use(Operator operator, Words words) {
    String name = words.next("NAME");
    words.end();
    operator.choose(name);
    return done(Answer.of("proxy " + name + "\n"));
  }

  private static CompletionStage<Answer> authenticate(Operator operator, Words words) {
    String secret = words.next("TOKEN");
    words.end();
    return done(operator.authenticate(secret));
  }

  private static CompletionStage<Answer> quit(Operator operator, Words words) {
    words.end();
    return done(Answer.goodbye("bye\n"));
  }

  private static CompletionStage<Answer> done(Answer answer) {
    return CompletableFuture.completedStage(answer);
  }
}
