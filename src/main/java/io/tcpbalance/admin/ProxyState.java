package io.tcpbalance.admin;

import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.proxy.ProxyDescription;

/** All that is shown of a proxy, at one moment. */
record ProxyState(ProxyDescription description, PoolStatus pool) {

  /** Where it listens: as configured, with the port that it really has. */
  String listen() {
    String host = description.settings().listen().host();
    return Texts.hostAndPort(host, description.address().getPort());
  }
}
