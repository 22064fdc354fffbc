package io.tcpbalance.proxy;

import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.metrics.ProxyMetrics;
import java.net.InetSocketAddress;
import java.util.Map;

/**
 * What a proxy is.
 *
 * @param address where it really listens
 * @param accepting whether new clients are taken
 * @param jobs what became of jobs; all zero where the protocol is not distcc
 * @param sessions how many clients there are
 * @param measured durations and counts since the start
 * @param complaints how many clients were not served since the start, by the reason
 */
public record ProxyDescription(
    ProxySettings settings,
    InetSocketAddress address,
    boolean accepting,
    int sessions,
    ProxyMetrics.Snapshot measured,
    JobCounts jobs,
    Map<Complaint, Long> complaints) {

  public ProxyDescription {
    complaints = Map.copyOf(complaints);
  }
}
