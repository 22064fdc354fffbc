package io.tcpbalance.proxy;

import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.config.JobSettings;
import io.tcpbalance.config.Protocol;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.distcc.JobRules;
import io.tcpbalance.distcc.WireLimits;
import io.tcpbalance.relay.JobPolicy;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.relay.RelayPolicy;

/** A proxy's settings in the words of those who go by them. */
final class Policies {

  private Policies() {}

  static PoolSettings pool(ProxySettings settings) {
    return new PoolSettings(
        settings.queue(), settings.health(), settings.protocol() == Protocol.DISTCC);
  }

  /** The group of all relays of such a proxy, within its limit of sessions. */
  static RelayGroup group(ProxySettings settings, RelayLoops all) {
    RelayLoops loops = all.within(settings.clients().maxSessions());
    return settings.protocol() == Protocol.TCP
        ? loops.streams(relay(settings))
        : loops.jobs(relay(settings), jobs(settings.jobs()));
  }

  /** Changes a group that is there; its protocol is as it was. */
  static void apply(ProxySettings settings, RelayGroup group) {
    if (settings.protocol() == Protocol.TCP) {
      group.reconfigure(relay(settings));
    } else {
      group.reconfigure(relay(settings), jobs(settings.jobs()));
    }
  }

  private static RelayPolicy relay(ProxySettings settings) {
    return new RelayPolicy(
        settings.connectTimeout(), settings.idleTimeout(), settings.protocol() == Protocol.TCP);
  }

  private static JobPolicy jobs(JobSettings jobs) {
    JobRules rules = new JobRules(jobs.allowedCompilers(), jobs.forbiddenArguments());
    WireLimits limits = WireLimits.DEFAULT.withMaxRequestBytes(jobs.maxRequestSizeBytes());
    return new JobPolicy(
        jobs.receiveTimeout(),
        jobs.jobTimeout(),
        jobs.heartbeatInterval(),
        () -> new DistccJobWire(limits, rules));
  }
}
