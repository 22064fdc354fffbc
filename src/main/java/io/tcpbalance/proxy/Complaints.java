package io.tcpbalance.proxy;

import io.tcpbalance.metrics.Tallies;
import java.time.Duration;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts the clients of one proxy that were not served, by the reason. Each reason is logged once
 * in a while, with a count, so that a flood of clients is no flood of lines. Any thread may call.
 */
final class Complaints {

  private static final Logger LOG = LoggerFactory.getLogger(Complaints.class);

  /** The same reason is logged once in this time. */
  private static final Duration QUIET = Duration.ofSeconds(30);

  private static final class Tally {
    long count;
    long logged;
    long loggedAtNanos;
  }

  private final String proxy;
  private final LongSupplier nanoTime;
  private final Map<Complaint, Tally> tallies = new EnumMap<>(Complaint.class);

  Complaints(String proxy, LongSupplier nanoTime) {
    this.proxy = proxy;
    this.nanoTime = nanoTime;
  }

  void add(Complaint reason, String text) {
    long untold = count(reason);
    if (untold < 0) {
      LOG.debug("proxy {}: {}", proxy, text);
    } else {
      String more = untold == 0 ? "" : " (and " + untold + " times before)";
      LOG.warn("proxy {}: {}{}", proxy, text, more);
    }
  }

  /** Returns how often it was not logged before, or -1 if this is not to be logged either. */
  private synchronized long count(Complaint reason) {
    long now = nanoTime.getAsLong();
    Tally tally = tallies.computeIfAbsent(reason, r -> new Tally());
    tally.count++;
    if (tally.logged > 0 && now - tally.loggedAtNanos < QUIET.toNanos()) {
      return -1;
    }
    long untold = tally.count - tally.logged - 1;
    tally.logged = tally.count;
    tally.loggedAtNanos = now;
    return untold;
  }

  /** How many there were of each reason, 0 too. */
  synchronized Map<Complaint, Long> counts() {
    Map<Complaint, Long> counts = new EnumMap<>(Complaint.class);
    for (Complaint reason : Complaint.values()) {
      Tally tally = tallies.get(reason);
      counts.put(reason, tally == null ? 0 : tally.count);
    }
    return counts;
  }

  /** The same as plain numbers. */
  Tallies tallies() {
    Map<String, List<Long>> numbers = new HashMap<>();
    counts().forEach((reason, count) -> numbers.put(name(reason), List.of(count)));
    return new Tallies(numbers);
  }

  /** Counts what was counted, and told, elsewhere. */
  synchronized void add(Tallies others) {
    for (Complaint reason : Complaint.values()) {
      Tally tally = tallies.computeIfAbsent(reason, r -> new Tally());
      long more = others.number(name(reason));
      tally.count += more;
      tally.logged += more;
    }
  }

  private static String name(Complaint reason) {
    return "complaints " + reason.name();
  }
}
