package io.tcpbalance.bench.soak;

import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * Whether a figure grows: the first quarter of a run is for warming up; of what follows, the median
 * of the first third is compared with that of the last third. Medians, since a figure is taken amid
 * whatever is going on.
 *
 * @param early median of the first third
 * @param late median of the last third
 * @param tolerance by which {@code late} may be above {@code early}
 */
record Trend(double early, double late, double tolerance) {

  /** Fewer say nothing. */
  static final int FEWEST_SAMPLES = 8;

  private static final int WARM_UP_PART = 4;

  /**
   * The trend of one figure.
   *
   * @param samples in order of time, at least {@link #FEWEST_SAMPLES}
   * @param least tolerance in the figure's own unit
   * @param share tolerance as a share of {@code early}; the larger of both counts
   */
  static <S> Trend of(List<S> samples, ToDoubleFunction<S> figure, double least, double share) {
    if (samples.size() < FEWEST_SAMPLES) {
      throw new IllegalArgumentException("too few samples: " + samples.size());
    }
    double[] judged =
        samples.stream().skip(samples.size() / WARM_UP_PART).mapToDouble(figure).toArray();
    int third = judged.length / 3;
    double early = median(judged, 0, third);
    double late = median(judged, judged.length - third, judged.length);
    return new Trend(early, late, Math.max(least, share * early));
  }

  boolean grows() {
    return late - early > tolerance;
  }

  private static double median(double[] values, int from, int to) {
    double[] sorted = Arrays.copyOfRange(values, from, to);
    Arrays.sort(sorted);
    int half = sorted.length / 2;
    return sorted.length % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
  }
}
