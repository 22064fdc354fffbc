package io.tcpbalance.metrics;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * Counts durations by how long they were, from 125 µs to ten minutes. Any thread may record, and
 * none waits.
 */
public final class DurationHistogram {

  /** Where the buckets for Prometheus end, longest last; what is longer is in one more. */
  private static final double[] BUCKET_SECONDS = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600
  };

  private static final int CELLS_A_BUCKET = 8;

  /** Where the cells end, in nanoseconds. Each bucket is divided evenly. */
  private static final long[] CELL_ENDS = cellEnds();

  private static long[] cellEnds() {
    long[] ends = new long[BUCKET_SECONDS.length * CELLS_A_BUCKET];
    double from = 0;
    for (int i = 0; i < ends.length; i++) {
      double to = BUCKET_SECONDS[i / CELLS_A_BUCKET];
      int part = i % CELLS_A_BUCKET + 1;
      ends[i] =
          Math.round((from + (to - from) * part / CELLS_A_BUCKET) * TimeUnit.SECONDS.toNanos(1));
      if (part == CELLS_A_BUCKET) {
        from = to;
      }
    }
    return ends;
  }

  private final AtomicLongArray cells = new AtomicLongArray(CELL_ENDS.length + 1);
  private final LongAdder sumNanos = new LongAdder();

  /** Counts one; a negative one, of a clock that is not monotonic, as nothing. */
  public void record(long nanos) {
    long duration = Math.max(0, nanos);
    int found = Arrays.binarySearch(CELL_ENDS, duration);
    cells.getAndIncrement(found < 0 ? -found - 1 : found);
    sumNanos.add(duration);
  }

  /** Each cell, and at last the sum; what {@link #add} takes. */
  List<Long> numbers() {
    List<Long> numbers = new ArrayList<>();
    for (int i = 0; i < cells.length(); i++) {
      numbers.add(cells.get(i));
    }
    numbers.add(sumNanos.sum());
    return numbers;
  }

  /** Counts what another one has counted; nothing, if that had other cells. */
  void add(List<Long> numbers) {
    if (numbers.size() == cells.length() + 1) {
      for (int i = 0; i < cells.length(); i++) {
        cells.addAndGet(i, numbers.get(i));
      }
      sumNanos.add(numbers.get(cells.length()));
    }
  }

  /** What was counted until now. */
  public Counts counts() {
    long[] copy = new long[cells.length()];
    for (int i = 0; i < copy.length; i++) {
      copy[i] = cells.get(i);
    }
    return new Counts(copy, sumNanos.sum());
  }

  /** What a histogram had counted at one moment. */
  public static final class Counts {
    private final long[] cells;
    private final long sumNanos;

    private Counts(long[] cells, long sumNanos) {
      this.cells = cells;
      this.sumNanos = sumNanos;
    }

    /** Nothing was counted. */
    public static Counts none() {
      return new Counts(new long[CELL_ENDS.length + 1], 0);
    }

    public long total() {
      return Arrays.stream(cells).sum();
    }

    public double sumSeconds() {
      return sumNanos / (double) TimeUnit.SECONDS.toNanos(1);
    }

    /** What was counted since then; all, if then was another histogram. */
    public Counts since(Counts earlier) {
      long[] difference = new long[cells.length];
      for (int i = 0; i < cells.length; i++) {
        difference[i] = cells[i] - earlier.cells[i];
        if (difference[i] < 0) {
          return this;
        }
      }
      return new Counts(difference, sumNanos - earlier.sumNanos);
    }

    /**
     * How long the given share of them lasted at most, in nanoseconds, evenly spread within a cell;
     * never more than ten minutes, and 0 if there is none.
     *
     * @param share above 0, at most 1
     */
    public double quantileNanos(double share) {
      double rank = share * total();
      double below = 0;
      for (int i = 0; i < CELL_ENDS.length; i++) {
        if (cells[i] > 0 && below + cells[i] >= rank) {
          long from = i == 0 ? 0 : CELL_ENDS[i - 1];
          return from + (CELL_ENDS[i] - from) * (rank - below) / cells[i];
        }
        below += cells[i];
      }
      return total() == 0 ? 0 : CELL_ENDS[CELL_ENDS.length - 1];
    }

    /** Where the buckets end in seconds, the last one nowhere. */
    double[] bucketEnds() {
      double[] ends = Arrays.copyOf(BUCKET_SECONDS, BUCKET_SECONDS.length + 1);
      ends[BUCKET_SECONDS.length] = Double.POSITIVE_INFINITY;
      return ends;
    }

    /** How many are in each bucket, and not in those before it. */
    long[] bucketCounts() {
      long[] counts = new long[BUCKET_SECONDS.length + 1];
      for (int i = 0; i < cells.length; i++) {
        counts[i / CELLS_A_BUCKET] += cells[i];
      }
      return counts;
    }
  }
}
