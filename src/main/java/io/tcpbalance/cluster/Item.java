package io.tcpbalance.cluster;

/** What one side of a {@link Link} tells the other. */
interface Item {

  /** About how many bytes it takes on the wire, so that no message becomes too large. */
  int roughBytes();
}
