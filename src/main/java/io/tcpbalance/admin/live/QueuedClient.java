package io.tcpbalance.admin.live;

import io.tcpbalance.admin.Texts;
import io.tcpbalance.proxy.SessionStatus;
import org.jspecify.annotations.Nullable;

/**
 * A client in the queue, in JSON.
 *
 * @param position 1 is served next
 * @param arrivedAt when it got its place; of a job, when its request was whole
 */
record QueuedClient(
    long session,
    String client,
    int position,
    String arrivedAt,
    @Nullable String compiler,
    @Nullable String file) {

  static QueuedClient of(SessionStatus s, int position) {
    return new QueuedClient(
        s.id(),
        Texts.address(s.client()),
        position,
        Texts.time(s.since()),
        LiveSession.compiler(s),
        LiveSession.file(s));
  }
}
