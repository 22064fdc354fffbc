package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.proxy.ProxyDescription;

/** All that is shown of a proxy, at one moment. */
public record ProxyState(ProxyDescription description, PoolStatus pool) {

  /** Where it listens: as configured, with the port that it really has. */
  String listen() {
    String host = description.settings().listen().host();
    return Texts.hostAndPort(host, description.address().getPort());
  }

  /** Those of the back-ends that are up, in use or not. */
  public int slots() {
    return pool.backends().stream()
        .filter(backend -> backend.status().equals("up"))
        .mapToInt(BackendStatus::slots)
        .sum();
  }

  /** Those in use, of back-ends that are drained too. */
  public int busySlots() {
    return pool.backends().stream().mapToInt(b -> b.pending() + b.active()).sum();
  }
}
