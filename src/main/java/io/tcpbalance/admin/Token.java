package io.tcpbalance.admin;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Locale;

/** The secret that an operator must know, compared in constant time whatever its length. */
public final class Token {

  private final byte[] digest;

  public Token(String secret) {
    digest = digestOf(secret);
  }

  /** Whether the value of an {@code Authorization} header bears it: by Bearer or as Basic's. */
  boolean isBorneBy(String authorization) {
    int blank = authorization.indexOf(' ');
    if (blank < 0) {
      return false;
    }
    String credentials = authorization.substring(blank + 1).strip();
    return switch (authorization.substring(0, blank).toLowerCase(Locale.ROOT)) {
      case "bearer" -> is(credentials);
      case "basic" -> is(passwordIn(credentials));
      default -> false;
    };
  }

  public boolean is(String secret) {
    return MessageDigest.isEqual(digest, digestOf(secret));
  }

  /** The password of {@code user:password} in Base64; empty, which is no token, if it is not. */
  private static String passwordIn(String basic) {
    try {
      String pair = new String(Base64.getDecoder().decode(basic), StandardCharsets.UTF_8);
      return pair.substring(pair.indexOf(':') + 1);
    } catch (IllegalArgumentException e) {
      return "";
    }
  }

  private static byte[] digestOf(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
