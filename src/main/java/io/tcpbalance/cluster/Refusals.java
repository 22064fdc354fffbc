package io.tcpbalance.cluster;

import java.time.Duration;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of strangers who were refused: of one at once, and then once in a while, with a count, so
 * that many of them are no flood of lines. Any thread may call.
 */
final class Refusals {

  private static final Logger LOG = LoggerFactory.getLogger(Refusals.class);
  private static final Duration QUIET = Duration.ofMinutes(1);

  private final LongSupplier nanoTime;
  private boolean told;
  private long toldAtNanos;
  private long untold;

  Refusals(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /**
   * One more.
   *
   * @param reason for a person
   */
  synchronized void add(String reason) {
    long now = nanoTime.getAsLong();
    if (told && now - toldAtNanos < QUIET.toNanos()) {
      untold++;
      return;
    }
    String more = untold == 0 ? "" : " (and " + untold + " connections before)";
    LOG.warn("refused a connection that is not of a node of this cluster: {}{}", reason, more);
    told = true;
    toldAtNanos = now;
    untold = 0;
  }
}
