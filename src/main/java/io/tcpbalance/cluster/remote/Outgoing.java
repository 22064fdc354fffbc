package io.tcpbalance.cluster.remote;

import io.tcpbalance.admin.nodes.RemoteAnswer;
import java.util.Optional;
import org.apache.pekko.util.ByteString;

/** An answer on its way, cut into parts that fit into a message. */
record Outgoing(RemoteAnswer answer) {

  /** Well below what Artery takes as a message. */
  static final int PART_BYTES = 128 * 1024;

  /** The most that an answer may have. */
  static final int MAX_BYTES = 8 * 1024 * 1024;

  Parcel.Reply begin(long id) {
    return new Parcel.Reply(id, answer.status(), answer.type(), answer.headers(), size(), slice(0));
  }

  /** What follows the first so many bytes, if anything does. */
  Optional<Parcel.Part> part(long id, int from) {
    return from < 0 || from >= size()
        ? Optional.empty()
        : Optional.of(new Parcel.Part(id, from, slice(from)));
  }

  /** Whether there is nothing more behind the part that begins there. */
  boolean endsWithPartAt(int from) {
    return from + PART_BYTES >= size();
  }

  int size() {
    return answer.body().size();
  }

  private ByteString slice(int from) {
    return answer.body().slice(from, Math.min(size(), from + PART_BYTES));
  }
}
