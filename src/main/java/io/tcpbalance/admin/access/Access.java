package io.tcpbalance.admin.access;

import io.tcpbalance.config.TokenSettings;
import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells who somebody is. Any thread may call. */
public final class Access {

  private static final Logger LOG = LoggerFactory.getLogger(Access.class);

  private final List<Token> tokens;
  private final LongSupplier nanoClock;
  private final Tries tries;
  private final Logins logins = new Logins();

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
    return logins.begin(who, nanoClock.getAsLong());
  }

  /** Who has logged in as that, if somebody has and it is not over. */
  public synchronized Optional<Identity> loggedIn(String login) {
    return logins.find(login, nanoClock.getAsLong());
  }

  public synchronized void logOut(String login) {
    logins.end(login);
  }
}
