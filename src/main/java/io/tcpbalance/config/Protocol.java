package io.tcpbalance.config;

/** What a proxy's clients speak. */
public enum Protocol {
  /** Any protocol over TCP: bytes are relayed as they come, half-closes included. */
  TCP,
  /** distcc: an end of the client's stream is an abort, and a back-end is never half-closed. */
  DISTCC
}
