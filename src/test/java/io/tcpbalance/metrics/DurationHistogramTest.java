package io.tcpbalance.metrics;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class DurationHistogramTest {

  private static final double MS = TimeUnit.MILLISECONDS.toNanos(1);

  private final DurationHistogram histogram = new DurationHistogram();

  @Test
  void putsWhatEndsABucketIntoItAndWhatIsLongerIntoTheNext() {
    histogram.record(0);
    histogram.record(Duration.ofMillis(1).toNanos());
    histogram.record(Duration.ofMillis(1).toNanos() + 1);
    histogram.record(Duration.ofMinutes(10).toNanos());
    histogram.record(Duration.ofMinutes(10).toNanos() + 1);
    histogram.record(Long.MAX_VALUE / 2);

    DurationHistogram.Counts counts = histogram.counts();

    assertArrayEquals(
        new long[] {2, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2},
        counts.bucketCounts());
    assertArrayEquals(
        new double[] {
          0.001,
          0.0025,
          0.005,
          0.01,
          0.025,
          0.05,
          0.1,
          0.25,
          0.5,
          1,
          2.5,
          5,
          10,
          30,
          60,
          120,
          300,
          600,
          Double.POSITIVE_INFINITY
        },
        counts.bucketEnds());
    assertEquals(6, counts.total());
  }

  @Test
  void sumsThemUpToTheNanosecond() {
    histogram.record(1);
    histogram.record(Duration.ofSeconds(3).toNanos());
    histogram.record(-5);

    assertEquals(3.000000001, histogram.counts().sumSeconds());
    assertEquals(3, histogram.counts().total());
  }

  @Test
  void spreadsThemEvenlyWithinACell() {
    for (int i = 0; i < 4; i++) {
      histogram.record(Duration.ofNanos(1_100_000).toNanos()); // of the cell 1 ms to 1.1875 ms
    }

    DurationHistogram.Counts counts = histogram.counts();

    assertEquals(1.09375 * MS, counts.quantileNanos(0.5));
    assertEquals(1.1875 * MS, counts.quantileNanos(1));
  }

  @Test
  void tellsQuantilesWithinAFifthOfTheTruth() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    long[] truth = new long[20_000];
    for (int i = 0; i < truth.length; i++) {
      // From 1 ms to 10 min, each order of magnitude as often as another.
      truth[i] = (long) (MS * Math.pow(600_000, random.nextDouble()));
      histogram.record(truth[i]);
    }
    Arrays.sort(truth);

    for (double share : new double[] {0.001, 0.1, 0.5, 0.9, 0.99, 0.999, 1}) {
      double expected = truth[(int) Math.ceil(share * truth.length) - 1];
      double told = histogram.counts().quantileNanos(share);
      assertTrue(
          Math.abs(told - expected) <= expected / 5,
          "share " + share + ": " + told + " for " + expected + ", seed " + seed);
    }
  }

  @Test
  void tellsNothingOfNothingAndNoMoreThanItsLongest() {
    assertEquals(0, DurationHistogram.Counts.none().quantileNanos(0.5));

    histogram.record(Duration.ofHours(3).toNanos());

    assertEquals(600_000 * MS, histogram.counts().quantileNanos(0.5));
  }

  @Test
  void tellsWhatIsNewSinceThen() {
    histogram.record(Duration.ofSeconds(9).toNanos());
    DurationHistogram.Counts then = histogram.counts();
    histogram.record(Duration.ofMillis(4).toNanos());

    DurationHistogram.Counts fresh = histogram.counts().since(then);

    assertEquals(1, fresh.total());
    assertEquals(0.004, fresh.sumSeconds());
    assertEquals(4 * MS, fresh.quantileNanos(0.5), 0.2 * MS);
  }

  @Test
  void takesAnotherHistogramForANewOne() {
    histogram.record(Duration.ofSeconds(9).toNanos());
    DurationHistogram.Counts then = histogram.counts();
    DurationHistogram other = new DurationHistogram();
    other.record(Duration.ofMillis(4).toNanos());

    assertEquals(1, other.counts().since(then).total());
  }

  @Test
  @Timeout(60)
  void losesNothingWhenManyThreadsRecord() throws InterruptedException {
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 4; t++) {
      Thread thread =
          new Thread(
              () -> {
                for (int i = 0; i < 50_000; i++) {
                  histogram.record(i % 3 * 700_000L);
                }
              });
      thread.start();
      threads.add(thread);
    }
    for (Thread thread : threads) {
      thread.join();
    }

    assertEquals(200_000, histogram.counts().total());
  }
}
