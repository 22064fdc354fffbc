package io.tcpbalance.state;

import java.util.Optional;

/**
 * What somebody did, or tried to do.
 *
 * @param via the interface that it came by, one word, such as {@code http}, or {@code http@NODE}
 * @param from who it was, as far as is known: the address of the connection
 * @param by the name of the token that he bears, if that is known
 * @param proxy the proxy it is about, if it is about one
 * @param what a sentence without a subject, such as {@code "removed back-end bld4"}
 */
public record AuditEntry(
    String via, String from, Optional<String> by, Optional<String> proxy, String what) {

  String logLine() {
    return proxy.map(name -> "proxy " + name + ": ").orElse("")
        + what
        + " (asked by "
        + by.map(name -> "'" + name + "' at ").orElse("")
        + from
        + " via "
        + via
        + ")";
  }
}
