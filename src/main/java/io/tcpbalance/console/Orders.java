package io.tcpbalance.console;

import io.tcpbalance.admin.BackendChange;
import io.tcpbalance.admin.Changes;
import io.tcpbalance.admin.NewBackend;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What can be changed. */
final class Orders {

  /** Groups: an address in brackets, or what has no colon; the port. */
  private static final Pattern WITH_PORT =
      Pattern.compile("(?:\\[([^\\]]*)\\]|([^:]*)):([0-9]{1,5})");

  private final Changes changes;

  Orders(Changes changes) {
    this.changes = changes;
  }

  /** Sets what the operator wants of a back-end. */
  Verb.Action state(OperatorState wanted) {
    return (operator, words) -> change(operator, words, BackendChange.state(wanted));
  }

  CompletionStage<Answer> resize(Operator operator, Words words) {
    String name = words.next("HOST");
    SlotLimit limit = limit(words);
    words.end();
    return changed(operator, name, BackendChange.maxConnections(limit));
  }

  private static SlotLimit limit(Words words) {
    if (isAutoNext(words)) {
      words.next(SlotLimit.AUTO_WORD);
      return SlotLimit.AUTO;
    }
    return SlotLimit.of((int) words.number("MAX", 1, BackendSettings.MAX_CONNECTIONS));
  }

  private static boolean isAutoNext(Words words) {
    return words.peek().filter(SlotLimit.AUTO_WORD::equals).isPresent();
  }

  CompletionStage<Answer> move(Operator operator, Words words) {
    String name = words.next("HOST");
    Placement placement = words.placement();
    words.end();
    return changed(operator, name, BackendChange.placement(placement));
  }

  private CompletionStage<Answer> change(Operator operator, Words words, BackendChange wish) {
    String name = words.next("HOST");
    words.end();
    return changed(operator, name, wish);
  }

  private CompletionStage<Answer> changed(Operator operator, String name, BackendChange wish) {
    return changes
        .change(operator.proxy(), operator.origin(), name, wish)
        .thenApply(done -> told(done.now().name() + " changed: " + facts(done.now()), done));
  }

  CompletionStage<Answer> add(Operator operator, Words words) {
    String name = words.next("NAME");
    if (!BackendSettings.isName(name)) {
      throw new Misuse("NAME must be 1 to 253 of A-Z a-z 0-9 . _ : -");
    }
    boolean address = words.areLeft() && !isLimitNext(words) && !isPlacementNext(words);
    String host = address ? words.next("HOST") : name;
    SlotLimit limit = isLimitNext(words) ? limit(words) : SlotLimit.of(1);
    Placement placement = words.areLeft() ? words.placement() : new Placement.Last();
    words.end();
    ProxyClient proxy = operator.proxy();
    return proxy
        .port()
        .thenApply(port -> new NewBackend(settings(name, host, port, limit), placement))
        .thenCompose(wish -> changes.add(proxy, operator.origin(), wish))
        .thenApply(done -> told(done.now().name() + " added: " + facts(done.now()), done));
  }

  private static boolean isLimitNext(Words words) {
    return words.isNumberNext() || isAutoNext(words);
  }

  private static boolean isPlacementNext(Words words) {
    return words.peek().filter(word -> List.of("first", "after").contains(word)).isPresent();
  }

  private static BackendSettings settings(
      String name, String address, int proxyPort, SlotLimit limit) {
    Matcher withPort = WITH_PORT.matcher(address);
    String host = address;
    int port = proxyPort;
    if (withPort.matches()) {
      host = Optional.ofNullable(withPort.group(1)).orElse(withPort.group(2));
      port = Integer.parseInt(withPort.group(3));
    }
    if (!BackendSettings.isHost(host) || port < 1 || port > BackendSettings.MAX_PORT) {
      throw new Misuse(
          "'"
              + address
              + "' is no HOST[:PORT]: give a name or an IP address (IPv6 with a port as"
              + " [ADDRESS]:PORT), and a port from 1 to "
              + BackendSettings.MAX_PORT);
    }
    return new BackendSettings(
        name, host, port, limit, BackendSettings.DEFAULT_STATS_PORT, OperatorState.UP, List.of());
  }

  CompletionStage<Answer> remove(Operator operator, Words words) {
    String name = words.next("HOST");
    boolean force = words.areLeft();
    if (force && !words.next("force").equalsIgnoreCase("force")) {
      throw new Misuse("only 'force' may stand behind HOST");
    }
    words.end();
    return changes
        .remove(operator.proxy(), operator.origin(), name, force)
        .thenApply(
            done ->
                told(
                    force
                        ? name + " removed, its sessions are closed"
                        : name + " removed; its sessions may finish",
                    done));
  }

  CompletionStage<Answer> reset(Operator operator, Words words) {
    if (!words.areLeft()) {
      return changes
          .resetAll(operator.proxy(), operator.origin())
          .thenApply(
              done -> told("reset: " + done.now().backends().size() + " back-ends are up", done));
    }
    String name = words.next("HOST");
    words.end();
    return changes
        .reset(operator.proxy(), operator.origin(), name)
        .thenApply(done -> told(name + " reset: " + facts(done.now()), done));
  }

  CompletionStage<Answer> kill(Operator operator, Words words) {
    long id = words.number("SESSION", 0, 999_999_999_999_999_999L);
    words.end();
    return changes
        .closeSession(operator.proxy(), operator.origin(), id)
        .thenApply(
            existed -> {
              if (!existed) {
                throw new Misuse("no session " + id + ", it may have ended; 'sessions' lists them");
              }
              return Answer.of("session " + id + " closed\n");
            });
  }

  private static String facts(BackendStatus b) {
    return "%s, %s, at most %d"
        .formatted(Texts.hostAndPort(b.host(), b.port()), b.status(), b.maxConnections());
  }

  private static Answer told(String what, Changes.Done<?> done) {
    return Answer.of(what + "\n" + done.warning().map(w -> "warning: " + w + "\n").orElse(""));
  }
}
