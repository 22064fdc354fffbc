package io.tcpbalance.admin.access;

import java.security.SecureRandom;
import java.time.Duration;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who is logged in. A login ends when it is not used for a while, at the latest after some days,
 * and when there are too many of one token: then the one that was not used for longest. Not for
 * several threads.
 */
final class Logins {

  static final Duration IDLE = Duration.ofHours(12);
  static final Duration LONGEST = Duration.ofDays(7);

  /** A script that logs in for each request puts out nobody but those who use its token. */
  static final int MOST_OF_ONE_TOKEN = 100;

  private static final int ID_BYTES = 32;

  private static final class Login {
    final Identity who;
    final long sinceNs;
    long usedNs;

    Login(Identity who, long nowNs) {
      this.who = who;
      sinceNs = nowNs;
      usedNs = nowNs;
    }

    boolean isOver(long nowNs) {
      return nowNs - usedNs > IDLE.toNanos() || nowNs - sinceNs > LONGEST.toNanos();
    }
  }

  private final SecureRandom random = new SecureRandom();

  /** By digest, so that looking one up tells nothing by its time; the one used last is last. */
  private final Map<String, Login> logins = new LinkedHashMap<>(16, 0.75f, true);

  /** Begins one, and returns what its cookie holds: letters and digits, {@code -} and {@code _}. */
  String begin(Identity who, long nowNs) {
    logins.values().removeIf(login -> login.isOver(nowNs));
    if (logins.values().stream().filter(login -> login.who.equals(who)).count()
        >= MOST_OF_ONE_TOKEN) {
      logins.entrySet().stream()
          .filter(login -> login.getValue().who.equals(who))
          .findFirst()
          .map(Map.Entry::getKey)
          .ifPresent(logins::remove);
    }
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    logins.put(key(id), new Login(who, nowNs));
    return id;
  }

  /** Whose it is, if it is one; it is used by that. */
  Optional<Identity> find(String id, long nowNs) {
    @Nullable Login login = logins.get(key(id));
    if (login == null) {
      return Optional.empty();
    }
    if (login.isOver(nowNs)) {
      end(id);
      return Optional.empty();
    }
    login.usedNs = nowNs;
    return Optional.of(login.who);
  }

  /** Ends it, if it is one. */
  void end(String id) {
    logins.remove(key(id));
  }

  int size() {
    return logins.size();
  }

  private static String key(String id) {
    return Base64.getEncoder().encodeToString(Token.digestOf(id));
  }
}
