package io.tcpbalance.bench.upgrade;

import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** In which order jobs came, and were served. Any thread may call. */
public final class Order {

  /** A time in which no host began a job. */
  record Pause(long fromNs, long toNs) {

    long ns() {
      return toNs - fromNs;
    }
  }

  private final Map<Long, Integer> coming = new HashMap<>();
  private final BitSet served = new BitSet();
  private final List<Long> servedNs = new ArrayList<>();
  private final int first;
  private int overtaken;

  /**
   * Nobody has come yet.
   *
   * @param first so many come all at once, and are served in any order
   */
  public Order(int first) {
    this.first = first;
  }

  /**
   * One comes.
   *
   * @param number of those who came before
   */
  public synchronized void comes(long id, int number) {
    coming.put(id, number);
  }

  /** A host serves it. One that is served again, since its host died, does not count again. */
  public synchronized void served(long id) {
    Integer number = coming.remove(id);
    if (number != null) {
      int before = number - unservedBefore(number);
      if (number >= first) {
        overtaken = Math.max(overtaken, servedNs.size() - before);
      }
      served.set(number);
      servedNs.add(System.nanoTime());
    }
  }

  private int unservedBefore(int number) {
    int count = 0;
    for (int i = served.nextClearBit(0); i < number; i = served.nextClearBit(i + 1)) {
      count++;
    }
    return count;
  }

  /** By how many one was overtaken, at most. */
  public synchronized int overtaken() {
    return overtaken;
  }

  public synchronized int count() {
    return servedNs.size();
  }

  /** The longest one that ended within this time. */
  synchronized Pause longestPause(long fromNs, long toNs) {
    Pause longest = new Pause(fromNs, fromNs);
    for (int i = servedNs.size() - 1; i > 0 && servedNs.get(i) - fromNs > 0; i--) {
      Pause pause = new Pause(servedNs.get(i - 1), servedNs.get(i));
      if (pause.toNs() - toNs <= 0 && pause.ns() > longest.ns()) {
        longest = pause;
      }
    }
    return longest;
  }
}
