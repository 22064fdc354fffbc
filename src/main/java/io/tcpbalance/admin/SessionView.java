package io.tcpbalance.admin;

import io.tcpbalance.proxy.SessionStatus;
import org.jspecify.annotations.Nullable;

/** A session in JSON. */
record SessionView(
    long id,
    String client,
    String phase,
    @Nullable String backend,
    String acceptedAt,
    long bytesIn,
    long bytesOut) {

  static SessionView of(SessionStatus s) {
    return new SessionView(
        s.id(),
        Texts.address(s.client()),
        Texts.word(s.phase()),
        s.backend().orElse(null),
        Texts.time(s.acceptedAt()),
        s.bytesIn(),
        s.bytesOut());
  }
}
