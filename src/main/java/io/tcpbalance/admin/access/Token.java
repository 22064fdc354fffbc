package io.tcpbalance.admin.access;

import io.tcpbalance.config.TokenSettings;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.Optional;

/** A secret of which only the digest is kept, so that all are of one length when compared. */
final class Token {

  private final byte[] digest;
  private final Identity bearer;

  Token(TokenSettings settings) {
    digest = digestOf(settings.secret());
    bearer = new Identity(Optional.of(settings.name()), settings.role());
  }

  /** As text. */
  String digest() {
    return Base64.getEncoder().encodeToString(digest);
  }

  Identity bearer() {
    return bearer;
  }

  /** In constant time. */
  boolean is(byte[] digestOfSecret) {
    return MessageDigest.isEqual(digest, digestOfSecret);
  }

  static byte[] digestOf(String secret) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
