package io.tcpbalance.supervision;

import java.time.Duration;
import java.util.OptionalInt;

/**
 * One actor at one moment.
 *
 * @param path as in {@code /user/proxy-distcc/balancer}
 * @param age since it was started, or restarted last
 * @param restarts how often it failed and was started again
 * @param mailboxSize messages that wait for it, where that is known
 */
public record ActorStatus(
    String path, State state, Duration age, int restarts, OptionalInt mailboxSize) {

  /** What an actor does. */
  public enum State {
    /** It takes messages. */
    RUNNING,
    /** It has failed, and its next life has not begun. */
    RESTARTING
  }
}
