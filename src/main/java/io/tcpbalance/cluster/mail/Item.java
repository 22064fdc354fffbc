package io.tcpbalance.cluster.mail;

/** What one side of a {@link Link} tells the other. */
public interface Item {

  /** About how many bytes it takes on the wire, so that no message becomes too large. */
  int roughBytes();
}
