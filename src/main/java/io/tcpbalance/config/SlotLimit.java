package io.tcpbalance.config;

import java.util.OptionalInt;

/**
 * How many sessions a back-end gets at once.
 *
 * @param fixed a number, 1 to 100000; empty: as many as its distccd says that it takes, and one as
 *     long as that is not known
 */
public record SlotLimit(OptionalInt fixed) {

  /** How a person writes {@link #AUTO}. */
  public static final String AUTO_WORD = "auto";

  /** What the host says. */
  public static final SlotLimit AUTO = new SlotLimit(OptionalInt.empty());

  public static SlotLimit of(int sessions) {
    return new SlotLimit(OptionalInt.of(sessions));
  }

  public boolean isAuto() {
    return fixed.isEmpty();
  }

  /** As a person writes it. */
  @Override
  public String toString() {
    return fixed.isPresent() ? String.valueOf(fixed.getAsInt()) : AUTO_WORD;
  }
}
