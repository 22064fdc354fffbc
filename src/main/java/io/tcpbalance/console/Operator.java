package io.tcpbalance.console;

import io.tcpbalance.admin.ApiError;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.ProxyClient;
import io.tcpbalance.admin.Texts;
import io.tcpbalance.admin.access.Access;
import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.access.TooManyTriesException;
import io.tcpbalance.admin.nodes.Node;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Who sits at one connection: where, whether he may, and which node and proxy he means. */
final class Operator {

  private static final int MOST_TRIES = 3;
  private static final Duration PAUSE_AFTER_WRONG_TOKEN = Duration.ofSeconds(1);

  /** Where he comes in, if he comes in here; it tells who he is, by his token. */
  private record Door(InetAddress address, Access access) {}

  private final Proxies proxies;
  private final String via;
  private final String from;
  private final Optional<Door> door;
  private @Nullable Identity who;
  private int wrongTokens;
  private @Nullable String chosen;

  /** The node that he means, if it is another. */
  private @Nullable Node node;

  /** The proxy there that is meant. */
  private Optional<String> chosenThere = Optional.empty();

  private Operator(
      Proxies proxies, String via, String from, Optional<Door> door, @Nullable Identity who) {
    this.proxies = proxies;
    this.via = via;
    this.from = from;
    this.door = door;
    this.who = who;
  }

  /**
   * Somebody who has just come.
   *
   * @param access tells who he is, by his token
   */
  static Operator at(InetSocketAddress address, Proxies proxies, Access access) {
    return new Operator(
        proxies,
        Origin.TELNET,
        Texts.address(address),
        Optional.of(new Door(address.getAddress(), access)),
        access.isOpen() ? Identity.ANYBODY : null);
  }

  /**
   * Somebody whom another node has let in.
   *
   * @param chosen the proxy that he means, if he has chosen one
   */
  static Operator letIn(Proxies proxies, Origin origin, Optional<String> chosen) {
    Operator operator =
        new Operator(proxies, origin.via(), origin.from(), Optional.empty(), origin.who());
    operator.chosen = chosen.orElse(null);
    return operator;
  }

  /**
   * Who asks for a change; he must be known.
   *
   * @throws ApiError if he may only view
   */
  Origin origin() {
    Origin origin = looks();
    if (!origin.who().mayOperate()) {
      throw ApiError.mayOnlyView(origin.who());
    }
    return origin;
  }

  /** Who looks at something; he must be known. */
  Origin looks() {
    return new Origin(via, from, Objects.requireNonNull(who));
  }

  /** Whether he has given a token, or none is needed. */
  boolean isKnown() {
    return who != null;
  }

  /** Tries a token: after a wrong one he has to wait, after too many he has to go. */
  Answer authenticate(String secret) {
    Door entrance = door.orElseThrow();
    if (entrance.access().isOpen()) {
      return Answer.misunderstood("no token is needed here\n");
    }
    Optional<Identity> bearer;
    try {
      bearer = entrance.access().bearer(secret, entrance.address());
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

  /** From now on he means another node, and that proxy there, if that is clear. */
  void goTo(Node other, Optional<String> proxy) {
    node = other;
    chosenThere = proxy;
  }

  /** From now on he means this node. */
  void comeBack() {
    node = null;
  }

  /** The node that he means, as it was when he last asked it; if it is another. */
  Optional<Node> node() {
    return Optional.ofNullable(node);
  }

  /** The proxy that is meant, if that is clear. */
  Optional<String> proxyName() {
    if (node != null) {
      return chosenThere;
    }
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
