package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import java.util.OptionalInt;

/**
 * Whether and what a back-end's host tells of its slots.
 *
 * @param on whether its slots are what it tells; else they are a number that a person gave
 * @param statsPort where it can be asked, 1 to 65535
 * @param slots what it told last, 1 to 100000, if anything; it holds when the host can be asked no
 *     more
 */
public record Learning(boolean on, int statsPort, OptionalInt slots) {

  /** A person has given the number. */
  public static final Learning OFF =
      new Learning(false, BackendSettings.DEFAULT_STATS_PORT, OptionalInt.empty());
}
