package io.tcpbalance.admin;

import io.tcpbalance.proxy.JobDescription;
import io.tcpbalance.proxy.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** A session in JSON. */
record SessionView(
    long id,
    String client,
    String phase,
    @Nullable String backend,
    String acceptedAt,
    long ageMs,
    long bytesIn,
    long bytesOut,
    int attempts,
    @Nullable Integer queuePosition,
    @Nullable JobView job) {

  /** What a job is, in its client's words. */
  record JobView(String compiler, String file, long requestBytes) {

    static JobView of(JobDescription job) {
      return new JobView(job.compiler(), job.inputFile(), job.requestBytes());
    }
  }

  /**
   * A session at that time.
   *
   * @param positions in the queue, by session
   */
  static SessionView of(SessionStatus s, Instant now, Map<Long, Integer> positions) {
    return new SessionView(
        s.id(),
        Texts.address(s.client()),
        Texts.word(s.phase()),
        s.backend().orElse(null),
        Texts.time(s.acceptedAt()),
        Math.max(0, Duration.between(s.acceptedAt(), now).toMillis()),
        s.bytesIn(),
        s.bytesOut(),
        s.attempts(),
        positions.get(s.id()),
        s.job().map(JobView::of).orElse(null));
  }
}
