package io.tcpbalance.bench.soak;

import java.util.Locale;

/** What the clients do. */
enum JobKind {
  /** A connection of {@code protocol = tcp} with few bytes. */
  TINY,
  /** One with as many as a compile has. */
  SHAPED,
  /** A job of distcc's, whose answer is right. */
  COMPILED,
  /** The same, from a client that sends little at a time. */
  SLOW,
  /** A client of distcc's that resets its connection in the middle of a job. */
  ABORTED,
  /** One that ends its stream before its request is whole, and is hung up on. */
  HALF_CLOSED,
  /** A job that a rule forbids, and that is answered so. */
  REFUSED;

  String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
