package io.tcpbalance.metrics;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.OpenMetricsTextFormatWriter;
import io.prometheus.metrics.expositionformats.PrometheusTextFormatWriter;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/** Writes metrics in the formats that Prometheus reads. Any thread may call. */
public final class Exposition {

  /** Metrics as they are sent. */
  public record Page(String contentType, String text) {}

  private final JvmFamilies jvm = new JvmFamilies();
  private final ExpositionFormatWriter openMetrics = OpenMetricsTextFormatWriter.create();
  private final ExpositionFormatWriter text = PrometheusTextFormatWriter.create();

  /**
   * Writes these, and those of the process and its JVM.
   *
   * @param accept what the reader wants, as in the header {@code Accept}; what is not known is
   *     answered in the text format 0.0.4
   */
  public Page page(Families families, String accept) {
    // The library's own choice would take the binary format, which it then does not have.
    ExpositionFormatWriter writer = openMetrics.accepts(accept) ? openMetrics : text;
    MetricSnapshots.Builder all = MetricSnapshots.builder();
    jvm.snapshots().forEach(all::metricSnapshot);
    families.snapshots().forEach(all::metricSnapshot);
    ByteArrayOutputStream body = new ByteArrayOutputStream();
    try {
      writer.write(body, all.build());
    } catch (IOException e) {
      throw new UncheckedIOException("memory cannot be written to", e);
    }
    return new Page(writer.getContentType(), body.toString(StandardCharsets.UTF_8));
  }
}
