package io.tcpbalance.console;

import io.tcpbalance.admin.ApiError;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the lines of one connection, one after the other.
 *
 * <p>{@code stranger → known}: with a token set, who has not given it can ask for help and quit.
 */
final class Interpreter {

  private static final Logger LOG = LoggerFactory.getLogger(Interpreter.class);

  /** What browsers and their like begin with; they could be made to speak to us by any page. */
  private static final List<String> HTTP =
      List.of(
          "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH", "PRI");

  private static final List<String> FOR_STRANGERS = List.of("help", "auth", "quit");

  private final Verbs verbs;
  private final Operator operator;

  Interpreter(Verbs verbs, Operator operator) {
    this.verbs = verbs;
    this.operator = operator;
  }

  String greeting() {
    return "TCPBalance. Say 'help' for what can be said, 'quit' to leave.\n"
        + (operator.isKnown() ? "" : "Say 'auth TOKEN' first.\n");
  }

  String prompt() {
    if (!operator.isKnown()) {
      return "> ";
    }
    return operator.proxyName().orElse("")
        + operator.node().map(n -> "@" + n.name()).orElse("")
        + "> ";
  }

  /** Whether it is no person who says that, but a browser. */
  static boolean isHttp(String line) {
    int blank = line.indexOf(' ');
    return blank > 0 && HTTP.contains(line.substring(0, blank).toUpperCase(Locale.ROOT));
  }

  /** What to say to that line; does not fail. Not to be called before the last one is answered. */
  CompletionStage<Answer> answer(String line) {
    Words words = new Words(line);
    if (!words.areLeft()) {
      return CompletableFuture.completedStage(Answer.misunderstood(""));
    }
    String name = words.next("VERB").toLowerCase(Locale.ROOT);
    if (!operator.isKnown() && !FOR_STRANGERS.contains(name)) {
      return CompletableFuture.completedStage(
          Answer.misunderstood("a token is needed; say 'auth TOKEN' first\n"));
    }
    Optional<Verb> verb = verbs.named(name);
    if (verb.isEmpty()) {
      return CompletableFuture.completedStage(told(Verbs.unknown(name), ""));
    }
    return perform(verb.get(), words);
  }

  private CompletionStage<Answer> perform(Verb verb, Words words) {
    CompletionStage<Answer> answer;
    try {
      answer = verb.action().perform(operator, words);
    } catch (RuntimeException e) {
      answer = CompletableFuture.failedStage(e);
    }
    boolean known = operator.isKnown();
    String usage = verb.usage().equals(verb.name()) ? "" : " (" + verb.usage() + ")";
    return answer
        .thenApply(a -> known ? a : a.asOfStranger())
        .exceptionally(failure -> told(failure, usage));
  }

  private static Answer told(Throwable failure, String usage) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    if (cause instanceof Misuse) {
      return Answer.misunderstood(cause.getMessage() + usage + "\n");
    }
    if (cause instanceof ApiError) {
      return Answer.misunderstood(cause.getMessage() + "\n");
    }
    LOG.error("a line of the console failed", cause);
    return Answer.misunderstood("it failed because of a bug; the server's log says more\n");
  }
}
