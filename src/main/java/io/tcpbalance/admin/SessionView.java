package io.tcpbalance.admin;

import io.tcpbalance.balancer.WaitingClient;
import io.tcpbalance.proxy.JobDescription;
import io.tcpbalance.proxy.SessionStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A session in JSON. */
public record SessionView(
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
  public record JobView(String compiler, String file, long requestBytes) {

    static JobView of(JobDescription job) {
      return new JobView(job.compiler(), job.inputFile(), job.requestBytes());
    }
  }

  /**
   * Sessions at that time.
   *
   * @param waiting who is in the queue; those of other daemons are not meant
   */
  static List<SessionView> all(
      List<SessionStatus> sessions, List<WaitingClient> waiting, Instant now) {
    Map<Long, Integer> positions =
        waiting.stream()
            .filter(client -> client.node().isEmpty())
            .collect(Collectors.toMap(WaitingClient::session, WaitingClient::position));
    return sessions.stream().map(session -> of(session, now, positions)).toList();
  }

  private static SessionView of(SessionStatus s, Instant now, Map<Long, Integer> positions) {
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
