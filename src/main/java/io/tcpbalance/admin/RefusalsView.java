package io.tcpbalance.admin;

import io.tcpbalance.proxy.Complaint;
import java.util.Map;

/** Clients that were not served, or not yet, in JSON: how many since the start of the daemon. */
public record RefusalsView(
    long notAllowed,
    long maxPerClient,
    long queueFull,
    long queueTimeout,
    long noBackend,
    long malformed,
    long acceptPaused,
    long acceptFailed) {

  static RefusalsView of(Map<Complaint, Long> counts) {
    return new RefusalsView(
        counts.getOrDefault(Complaint.NOT_ALLOWED, 0L),
        counts.getOrDefault(Complaint.MAX_PER_CLIENT, 0L),
        counts.getOrDefault(Complaint.QUEUE_FULL, 0L),
        counts.getOrDefault(Complaint.QUEUE_TIMEOUT, 0L),
        counts.getOrDefault(Complaint.NO_BACKEND, 0L),
        counts.getOrDefault(Complaint.MALFORMED, 0L),
        counts.getOrDefault(Complaint.ACCEPT_PAUSED, 0L),
        counts.getOrDefault(Complaint.ACCEPT_FAILED, 0L));
  }
}
