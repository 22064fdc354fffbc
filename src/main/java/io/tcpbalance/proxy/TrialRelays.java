package io.tcpbalance.proxy;

import io.tcpbalance.config.TrialSettings;
import io.tcpbalance.distcc.JobRules;
import io.tcpbalance.distcc.TrialRequest;
import io.tcpbalance.distcc.WireLimits;
import io.tcpbalance.relay.JobPolicy;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.relay.TrialRelay;
import java.net.InetSocketAddress;

/** Opens the relays of trial compiles. Any thread may call. */
final class TrialRelays {

  /** Where others have their client's. */
  private static final InetSocketAddress SHOWN_AS =
      InetSocketAddress.createUnresolved("trial-compile", 0);

  private final RelayGroup group;
  private final JobPolicy policy;

  TrialRelays(RelayGroup group, TrialSettings settings) {
    this.group = group;
    policy =
        new JobPolicy(
            settings.timeout(),
            settings.timeout(),
            settings.timeout(),
            () -> new DistccJobWire(WireLimits.DEFAULT, JobRules.NONE));
  }

  TrialRelay open(String compiler) {
    return group.trial(SHOWN_AS, TrialRequest.of(compiler), policy);
  }
}
