package io.tcpbalance.balancer;

import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * One back-end at one moment.
 *
 * @param state what the operator wants
 * @param healthy what is observed
 * @param removing whether it is drained to be forgotten
 * @param onTrial whether jobs made it fail, and none has gone well since it is back
 * @param maxConnections the most sessions that it gets at once: a number that a person gave, or
 *     what is learned
 * @param slots how many sessions it may have at this moment; less than maxConnections after it came
 *     back
 * @param compilers patterns of the compilers that it has; empty: any
 * @param pending leases whose back-end has not accepted yet
 * @param active leases whose back-end has accepted
 * @param lastError what went wrong last; "reset" after an operator's reset
 * @param activeCount sessions that it accepted since the start
 * @param activeTimeMs how long those that have ended lasted, in sum
 * @param bytesIn from clients
 * @param bytesOut to clients
 */
public record BackendStatus(
    String name,
    String host,
    int port,
    OperatorState state,
    boolean healthy,
    boolean removing,
    boolean onTrial,
    int maxConnections,
    Learning learning,
    int slots,
    List<String> compilers,
    int pending,
    int active,
    Optional<String> lastError,
    Optional<Instant> lastErrorTime,
    long activeCount,
    long activeTimeMs,
    long bytesIn,
    long bytesOut) {

  public BackendStatus {
    compilers = List.copyOf(compilers);
  }

  /** What a person said, as far as a person did. */
  SlotLimit limit() {
    return learning.on() ? SlotLimit.AUTO : SlotLimit.of(maxConnections);
  }

  /** The back-end as a configuration would have to say it, to have it as it is now. */
  public BackendSettings settings() {
    return new BackendSettings(name, host, port, limit(), learning.statsPort(), state, compilers);
  }

  /**
   * Both facts in one word: {@code up}, {@code draining}, {@code down} (the operator's), {@code
   * failed} (observed).
   */
  public String status() {
    if (removing || state == OperatorState.DRAIN) {
      return "draining";
    }
    if (state == OperatorState.DOWN) {
      return state.name().toLowerCase(Locale.ROOT);
    }
    return healthy ? "up" : "failed";
  }
}
