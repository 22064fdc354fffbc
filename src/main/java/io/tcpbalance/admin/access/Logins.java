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

    Login(Identity who, long sinceNs, long usedNs) {
      this.who = who;
      this.sinceNs = sinceNs;
      this.usedNs = usedNs;
    }

    boolean isOver(long nowNs) {
      return nowNs - usedNs > IDLE.toNanos() || nowNs - sinceNs > LONGEST.toNanos();
    }
  }

  private final SecureRandom random = new SecureRandom();

  /** By digest, so that looking one up tells nothing by its time; the one used last is last. */
  private final Map<String, Login> logins = new LinkedHashMap<>(16, 0.75f, true);

  /** One that there is; what it is known by is {@link #key}. */
  @FunctionalInterface
  interface Visit {
    void see(String key, Identity who, long sinceNs, long usedNs);
  }

  /** Begins one, and returns what its cookie holds: letters and digits, {@code -} and {@code _}. */
  String begin(Identity who, long nowNs) {
    logins.values().removeIf(login -> login.isOver(nowNs));
    byte[] bytes = new byte[ID_BYTES];
    random.nextBytes(bytes);
    String id = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    enter(key(id), who, nowNs, nowNs);
    return id;
  }

  /** Goes on with one that began elsewhere. */
  void enter(String key, Identity who, long sinceNs, long usedNs) {
    if (logins.values().stream().filter(login -> login.who.equals(who)).count()
        >= MOST_OF_ONE_TOKEN) {
      logins.entrySet().stream()
          .filter(login -> login.getValue().who.equals(who))
          .findFirst()
          .map(Map.Entry::getKey)
          .ifPresent(logins::remove);
    }
    logins.put(key, new Login(who, sinceNs, usedNs));
  }

  /** Shows them all, the one used last at last. */
  void all(Visit visit) {
    logins.forEach((key, login) -> visit.see(key, login.who, login.sinceNs, login.usedNs));
  }

  /** Whose it is, if it is one; it is used by that. */
  Optional<Identity> find(String id, long nowNs) {
    @Nullable Login login = logins.get(key(id));
    if (login == null) {
      return Optional.empty();
    }
    if (login.isOver(nowNs)) {
      end(key(id));
      return Optional.empty();
    }
    login.usedNs = nowNs;
    return Optional.of(login.who);
  }

  /** Ends it, if it is one. */
  void end(String key) {
    logins.remove(key);
  }

  int size() {
    return logins.size();
  }

  /** Under which it is kept. */
  static String key(String id) {
    return Base64.getEncoder().encodeToString(Token.digestOf(id));
  }
}
