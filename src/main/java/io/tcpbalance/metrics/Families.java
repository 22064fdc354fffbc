package io.tcpbalance.metrics;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.DataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricMetadata;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** The values of our own metrics for one scrape. Used by one thread. */
public final class Families {

  private final Map<Family, List<DataPointSnapshot>> points = new EnumMap<>(Family.class);

  /**
   * Adds a value.
   *
   * @param labels their values, in the order of the family's labels
   */
  public void add(Family family, double value, String... labels) {
    Labels labelled = labels(family, labels);
    add(
        family,
        switch (family.kind) {
          case GAUGE -> new GaugeDataPointSnapshot(value, labelled, null);
          case COUNTER -> new CounterDataPointSnapshot(value, labelled, null, 0);
          case INFO -> new InfoDataPointSnapshot(labelled);
          case HISTOGRAM -> throw new IllegalArgumentException(family + " wants durations");
        });
  }

  /** Adds a number, which is exact up to 2⁵³. */
  public void add(Family family, long value, String... labels) {
    add(family, (double) value, labels);
  }

  /** Adds durations. */
  public void add(Family family, DurationHistogram.Counts counts, String... labels) {
    add(
        family,
        HistogramDataPointSnapshot.builder()
            .classicHistogramBuckets(
                ClassicHistogramBuckets.of(counts.bucketEnds(), counts.bucketCounts()))
            .labels(labels(family, labels))
            .sum(counts.sumSeconds())
            .build());
  }

  private void add(Family family, DataPointSnapshot point) {
    points.computeIfAbsent(family, f -> new ArrayList<>()).add(point);
  }

  private static Labels labels(Family family, String... values) {
    return Labels.of(family.labels, List.of(values));
  }

  /** Those that have values. */
  List<MetricSnapshot> snapshots() {
    return points.entrySet().stream().map(e -> snapshot(e.getKey(), e.getValue())).toList();
  }

  private static MetricSnapshot snapshot(Family family, List<DataPointSnapshot> points) {
    MetricMetadata metadata = new MetricMetadata(family.title, family.help);
    return switch (family.kind) {
      case GAUGE -> new GaugeSnapshot(metadata, cast(points, GaugeDataPointSnapshot.class));
      case COUNTER -> new CounterSnapshot(metadata, cast(points, CounterDataPointSnapshot.class));
      case HISTOGRAM ->
          new HistogramSnapshot(metadata, cast(points, HistogramDataPointSnapshot.class));
      case INFO -> new InfoSnapshot(metadata, cast(points, InfoDataPointSnapshot.class));
    };
  }

  private static <T> List<T> cast(List<DataPointSnapshot> points, Class<T> type) {
    return points.stream().map(type::cast).toList();
  }
}
