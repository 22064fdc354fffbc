package io.tcpbalance.admin.access;

/**
 * Somebody who is logged in, as another generation of the program in this process knows him.
 *
 * @param key the digest of what his cookie holds
 * @param token the name of the token that he logged in with
 * @param tokenDigest that of its secret
 * @param sinceNs on {@link System#nanoTime}
 * @param usedNs likewise, when it was used last
 */
public record KnownLogin(String key, String token, String tokenDigest, long sinceNs, long usedNs) {

  /** Without the digests, which are nobody's business. */
  @Override
  public String toString() {
    return "KnownLogin[token=%s, sinceNs=%d, usedNs=%d]".formatted(token, sinceNs, usedNs);
  }
}
