package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Stall;
import io.tcpbalance.balancer.StallChanged;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Since when a shared pool gives no slots on this node. A moment is not worth a word: a balancer
 * that moves in good order counts for less.
 */
final class StallClock {

  private static final long WORTH_A_WORD_NANOS = Duration.ofSeconds(1).toNanos();

  private final String pool;
  private @Nullable Stall stall;
  private long sinceNanos;
  private boolean told;

  StallClock(String pool) {
    this.pool = pool;
  }

  /** What is told by now, if there is anything. Any thread of the owner's. */
  Optional<Stall> stall() {
    return told ? Optional.ofNullable(stall) : Optional.empty();
  }

  /**
   * Looks again.
   *
   * @param trouble why it gives none, if it gives none
   * @return what there is to say of it now: once that it began, or has another reason, or is over
   */
  Optional<StallChanged> observe(Optional<String> trouble, Instant at, long nowNanos) {
    return trouble.isPresent() ? stalled(trouble.get(), at, nowNanos) : granting(at, nowNanos);
  }

  private Optional<StallChanged> stalled(String reason, Instant at, long nowNanos) {
    boolean other = stall == null || !stall.reason().equals(reason);
    if (stall == null) {
      sinceNanos = nowNanos;
      stall = new Stall(reason, at);
    } else if (other) {
      stall = new Stall(reason, stall.since());
    }
    boolean first = !told && nowNanos - sinceNanos >= WORTH_A_WORD_NANOS;
    boolean news = first || (told && other);
    told |= first;
    return news ? Optional.of(new StallChanged(pool, false, reason, at)) : Optional.empty();
  }

  private Optional<StallChanged> granting(Instant at, long nowNanos) {
    boolean news = told;
    stall = null;
    told = false;
    String lasted = "after " + Duration.ofNanos(nowNanos - sinceNanos).toMillis() / 1000.0 + " s";
    return news ? Optional.of(new StallChanged(pool, true, lasted, at)) : Optional.empty();
  }
}
