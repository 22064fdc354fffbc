package io.tcpbalance.admin.access;

import io.tcpbalance.config.TokenSettings;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells who somebody is. Any thread may call. */
public final class Access {

  private static final Logger LOG = LoggerFactory.getLogger(Access.class);

  private final List<Token> tokens;
  private final LongSupplier nanoClock;
  private final Tries tries;
  private final Logins logins = new Logins();
  private Visitors.@Nullable Heir heir;

  /**
   * With nobody logged in.
   *
   * @param tokens none: everybody is let in, and may do everything
   * @param nanoClock as {@link System#nanoTime}
   */
  public Access(List<TokenSettings> tokens, LongSupplier nanoClock) {
    this.tokens = tokens.stream().map(Token::new).toList();
    this.nanoClock = nanoClock;
    tries = new Tries(nanoClock.getAsLong());
  }

  /** Whether no token is needed. */
  public boolean isOpen() {
    return tokens.isEmpty();
  }

  /**
   * Who bears that token; empty if it is wrong. All wrong ones take the same time.
   *
   * @throws TooManyTriesException if it was not looked at, since so many wrong ones have come
   */
  public synchronized Optional<Identity> bearer(String secret, InetAddress from)
      throws TooManyTriesException {
    long now = nanoClock.getAsLong();
    if (!tries.mayTry(from, now)) {
      throw new TooManyTriesException();
    }
    Optional<Identity> bearer = bearer(secret);
    if (bearer.isPresent()) {
      tries.right(from, now);
    } else {
      tries.wrong(from, now);
      LOG.warn("a wrong token came from {}", from.getHostAddress());
    }
    return bearer;
  }

  private Optional<Identity> bearer(String secret) {
    byte[] digest = Token.digestOf(secret);
    Optional<Identity> bearer = Optional.empty();
    for (Token token : tokens) {
      if (token.is(digest)) {
        bearer = Optional.of(token.bearer());
      }
    }
    return bearer;
  }

  /** Lets him in without his token from now on, whoever shows the text that this returns. */
  public synchronized String logIn(Identity who) {
    long now = nanoClock.getAsLong();
    String login = logins.begin(who, now);
    if (heir != null) {
      known(Logins.key(login), who, now, now).ifPresent(heir::loggedIn);
    }
    return login;
  }

  /** Who has logged in as that, if somebody has and it is not over. */
  public synchronized Optional<Identity> loggedIn(String login) {
    return logins.find(login, nanoClock.getAsLong());
  }

  public synchronized void logOut(String login) {
    String key = Logins.key(login);
    logins.end(key);
    if (heir != null) {
      heir.loggedOut(key);
    }
  }

  /**
   * Who has been here, for other code that is asked from now on.
   *
   * @param told what else happens here; must not block
   */
  public synchronized Visitors bequeath(Visitors.Heir told) {
    heir = told;
    List<KnownLogin> all = new ArrayList<>();
    logins.all((key, who, since, used) -> known(key, who, since, used).ifPresent(all::add));
    return tries.with(all);
  }

  /** Nothing is known of whoever needed no token. */
  private Optional<KnownLogin> known(String key, Identity who, long sinceNs, long usedNs) {
    return tokens.stream()
        .filter(token -> token.bearer().equals(who))
        .findFirst()
        .map(
            token ->
                new KnownLogin(
                    key, token.bearer().name().orElseThrow(), token.digest(), sinceNs, usedNs));
  }

  /** Goes on with who was let in elsewhere. To be called before anybody is let in here. */
  public synchronized void inherit(Visitors before) {
    tries.inherit(before);
    before.logins().forEach(this::loggedIn);
  }

  /**
   * Somebody has logged in elsewhere. That holds here as long as the token does that he did it
   * with: one of the same name and secret, whose role counts.
   */
  public synchronized void loggedIn(KnownLogin login) {
    tokens.stream()
        .filter(token -> token.digest().equals(login.tokenDigest()))
        .map(Token::bearer)
        .filter(bearer -> bearer.name().equals(Optional.of(login.token())))
        .forEach(bearer -> logins.enter(login.key(), bearer, login.sinceNs(), login.usedNs()));
  }

  /**
   * Somebody has logged out elsewhere.
   *
   * @param key of the login
   */
  public synchronized void loggedOut(String key) {
    logins.end(key);
  }
}
