package io.tcpbalance.cluster.remote;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Answers that wait until their readers have taken all parts; of a bounded size together. */
final class HeldAnswers {

  static final long MAX_BYTES = 4L * Outgoing.MAX_BYTES;

  private final Map<Asker, Outgoing> held = new HashMap<>();
  private long bytes;

  /** Whether there was room for it. */
  boolean hold(Asker by, Outgoing answer) {
    if (bytes + answer.size() > MAX_BYTES) {
      return false;
    }
    release(by);
    held.put(by, answer);
    bytes += answer.size();
    return true;
  }

  /** The part that begins there, if it is held; the last one is given once. */
  Optional<Parcel.Part> part(Asker by, int from) {
    Outgoing answer = held.get(by);
    if (answer == null) {
      return Optional.empty();
    }
    if (answer.endsWithPartAt(from)) {
      release(by);
    }
    return answer.part(by.id(), from);
  }

  boolean has(Asker by) {
    return held.containsKey(by);
  }

  void release(Asker by) {
    Outgoing answer = held.remove(by);
    if (answer != null) {
      bytes -= answer.size();
    }
  }

  long bytes() {
    return bytes;
  }
}
