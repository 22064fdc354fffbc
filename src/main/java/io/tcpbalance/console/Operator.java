package io.tcpbalance.console;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.access.TooManyTriesException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sits at one connection: where, whether he may, and which proxy he means. */
final class Operator {

  private static final int MOST_TRIES = 3;
  private static final Duration PAUSE_AFTER_WRONG_TOKEN = Duration.ofSeconds(1);

  private final Proxies proxies;
  private final InetSocketAddress address;
  private final Access access;
  private @Nullable Identity who;
  private int wrongTokens;
  private @Nullable String chosen;

  /**
   * Somebody who has just come.
   *
   * @param access tells who he is, by his token
   */
  Operator(Proxies proxies, InetSocketAddress address, Access access) {
    this.proxies = proxies;
    this.address = address;
    this.access = access;
    who = access.isOpen() ? Identity.ANYBODY : null;
  }

  /**
   * Who asks for a change; he must be known.
   *
   * @throws ApiError if he may only view
   */
  Origin origin() {
    Identity known = Objects.requireNonNull(who);
    if (!known.mayOperate()) {
      throw ApiError.mayOnlyView(known);
    }
    return new Origin("telnet", Texts.address(address), known);
  }

  /** Whether he has given a token, or none is needed. */
  boolean isKnown() {
    return who != null;
  }

  /** Tries a token: after a wrong one he has to wait, after too many he has to go. */
  Answer authenticate(String secret) {
    if (access.isOpen()) {
      return Answer.misunderstood("no token is needed here\n");
    }
    Optional<Identity> bearer;
    try {
      bearer = access.bearer(secret, address.getAddress());
    } catch (TooManyTriesException e) {
      return Answer.refused(e.getMessage() + "\n", Answer.Next.CLOSE, PAUSE_AFTER_WRONG_TOKEN);
    }
    if (bearer.isPresent()) {
      who = bearer.get();
      return Answer.of(who.mayOperate() ? "welcome\n" : "welcome; this token may only view\n");
    }
    wrongTokens++;
    return wrongTokens < MOST_TRIES
        ? Answer.refused(
            "wrong token; it is tcpbalance.admin.token or one of admin.tokens\n",
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
