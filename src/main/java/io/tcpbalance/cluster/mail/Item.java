package io.tcpbalance.cluster.mail;

/** What an agent tells a shared balancer, or that one an agent. */
public interface Item {

  /** At least as many bytes as it takes on the wire, so that no message becomes too large. */
  int roughBytes();
}
