package io.tcpbalance.console;

import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.Token;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sits at one connection: where, whether he may, and which proxy he means. */
final class Operator {

  private static final int MOST_TRIES = 3;
  private static final Duration PAUSE_AFTER_WRONG_TOKEN = Duration.ofSeconds(1);

  private final Proxies proxies;
  private final Origin origin;
  private final Optional<Token> token;
  private boolean known;
  private int wrongTokens;
  private @Nullable String chosen;

  /**
   * Somebody who has just come.
   *
   * @param token what he must know, if anything
   */
  Operator(Proxies proxies, Origin origin, Optional<Token> token) {
    this.proxies = proxies;
    this.origin = origin;
    this.token = token;
    known = token.isEmpty();
  }

  Origin origin() {
    return origin;
  }

  /** Whether he has given the token, or none is needed. */
  boolean isKnown() {
    return known;
  }

  /** Tries a token: after a wrong one he has to wait, after too many he has to go. */
  Answer authenticate(String secret) {
    if (token.isEmpty()) {
      return Answer.misunderstood("no token is needed here\n");
    }
    if (token.get().is(secret)) {
      known = true;
      return Answer.of("welcome\n");
    }
    wrongTokens++;
    return wrongTokens < MOST_TRIES
        ? Answer.refused(
            "wrong token; it is tcpbalance.admin.token, or TCPBALANCE_ADMIN_TOKEN\n",
            Answer.Next.LISTEN,
            PAUSE_AFTER_WRONG_TOKEN)
        : Answer.refused("wrong token: bye\n", Answer.Next.CLOSE, PAUSE_AFTER_WRONG_TOKEN);
  }

  /**
   * From now on it is this proxy that is meant.
   *
   * @throws io.tcpbalance.admin.ApiError if there is none of that name
   */
  void choose(String name) {
    chosen = proxies.named(name).name();
  }

  /** The proxy that is meant, if that is clear. */
  Optional<String> proxyName() {
    List<ProxyClient> all = proxies.all();
    return chosen == null && all.size() == 1
        ? Optional.of(all.get(0).name())
        : Optional.ofNullable(chosen);
  }

  /**
   * The proxy that is meant.
   *
   * @throws Misuse if that is not clear
   */
  ProxyClient proxy() {
    return proxyName().map(proxies::named).orElseThrow(this::unclear);
  }

  private Misuse unclear() {
    List<String> names = proxies.all().stream().map(ProxyClient::name).toList();
    return new Misuse(
        names.isEmpty()
            ? "no proxy is configured"
            : "choose a proxy first: use NAME; there is " + String.join(", ", names));
  }
}
