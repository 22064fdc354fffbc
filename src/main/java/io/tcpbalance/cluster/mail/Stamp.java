package io.tcpbalance.cluster.mail;

import java.util.Comparator;

/**
 * How new a copy of a shared pool's roster is.
 *
 * @param term of the balancer that wrote it; 0: it is only what a configuration says
 * @param version counts what that one wrote, from 1
 */
public record Stamp(long term, long version) implements Comparable<Stamp> {

  public static final Stamp NONE = new Stamp(0, 0);

  private static final Comparator<Stamp> ORDER =
      Comparator.comparingLong(Stamp::term).thenComparingLong(Stamp::version);

  @Override
  public int compareTo(Stamp other) {
    return ORDER.compare(this, other);
  }
}
