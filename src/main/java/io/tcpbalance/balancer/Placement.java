package io.tcpbalance.balancer;

/** Where in the list, fastest first, a back-end stands. */
public sealed interface Placement {

  /** Before all others. */
  record First() implements Placement {}

  /** After all others. */
  record Last() implements Placement {}

  /** Right after the named one. */
  record After(String name) implements Placement {}
}
