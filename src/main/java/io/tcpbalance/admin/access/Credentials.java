package io.tcpbalance.admin.access;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Locale;

/** Reads what the header {@code Authorization} bears. */
public final class Credentials {

  /** What is no token. */
  private static final String NONE = "";

  private Credentials() {}

  /** The secret, by Bearer or as the password of Basic; empty, which is no token, if it is none. */
  public static String secretIn(String authorization) {
    int blank = authorization.indexOf(' ');
    if (blank < 0) {
      return NONE;
    }
    String credentials = authorization.substring(blank + 1).strip();
    return switch (authorization.substring(0, blank).toLowerCase(Locale.ROOT)) {
      case "bearer" -> credentials;
      case "basic" -> passwordIn(credentials);
      default -> NONE;
    };
  }

  /** The password of {@code user:password} in Base64. */
  private static String passwordIn(String basic) {
    try {
      String pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return NONE;
    }
  }
}
