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

  Verbs(Views views, Orders orders) {
    put("help [VERB]", "what can be said", this::help);
    put("auth TOKEN", "gives the token, where one is needed", Verbs::authenticate);
    put("status", "the status page, of all proxies", views::status);
    put("proxies", "the proxies", views::proxies);
    put("use NAME", "chooses the proxy that is meant from now on", this::use);
    put("backends", "its back-ends, fastest first", views::backends);
    put("sessions", "its clients, in the order of their arrival", views::sessions);
    put("waiting", "who waits, in the order of the queue", views::waiting);
    put("watch [SECONDS]", "shows the back-ends again and again, until Enter", views::watch);
    put("up HOST", "the back-end may be used, and is healthy", orders.state(OperatorState.UP));
    put("drain HOST", "no new sessions, those it has go on", orders.state(OperatorState.DRAIN));
    put("down HOST", "the same, in other words", orders.state(OperatorState.DOWN));
    put(
        "add NAME [HOST[:PORT]] [MAX|auto] [after X|first]",
        "a new back-end of MAX sessions (1), last by default",
        orders::add);
    put("remove HOST [force]", "drains and forgets it; force closes its sessions", orders::remove);
    put("resize HOST MAX|auto", "how many sessions it gets at once", orders::resize);
    put("move HOST after X|first", "where it stands in the list", orders::move);
    put("reset [HOST]", "up and healthy: the back-end, or all", orders::reset);
    put("kill SESSION", "closes a session, by its Id in 'sessions'", orders::kill);
    put("quit", "ends this connection", Verbs::quit);
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
