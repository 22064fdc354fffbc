package io.tcpbalance.admin.live;

import org.jspecify.annotations.Nullable;

/**
 * Something that has happened, in JSON.
 *
 * @param kind one of {@code health}, {@code operator}, {@code reload}, {@code supervision}, {@code
 *     jobs}, {@code cluster}
 * @param text a sentence for a person; may hold what strangers have sent
 */
public record Notice(
    String at, @Nullable String proxy, @Nullable String backend, String kind, String text) {

  static final String OPERATOR = "operator";

  /** Whether somebody did it by an interface. */
  public boolean byOperator() {
    return kind.equals(OPERATOR);
  }
}
