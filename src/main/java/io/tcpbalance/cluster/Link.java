package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Item;
import io.tcpbalance.cluster.mail.Mail.Frame;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One end of a connection on which every item comes once and in order, over messages that may be
 * lost, doubled, late or overtaken: items are numbered, what is not acknowledged is sent again, and
 * what comes after a gap is not taken. A plain class; the other end is one like it.
 *
 * @param <O> items that go out
 * @param <I> items that come in
 */
final class Link<O extends Item, I extends Item> {

  /** Fewer than a message may have. */
  private static final int MOST_FRAME_BYTES = 65_536;

  /** Of items under way, so that a long census does not fill the buffers of the network. */
  private static final int MOST_UNDER_WAY = 4000;

  /** The same of bytes, before one more frame. */
  private static final int MOST_UNDER_WAY_BYTES = 1_048_576;

  private static final long RESEND_NANOS = Duration.ofMillis(500).toNanos();

  private final Deque<O> unsent = new ArrayDeque<>();
  private final Deque<O> underWay = new ArrayDeque<>();
  private long underWayBytes;
  private long acknowledged;
  private long received;
  private boolean owesAcknowledgement;
  private long sentAtNanos;

  void offer(O item) {
    unsent.add(item);
  }

  /** How many items the other side is known to have. */
  long acknowledged() {
    return acknowledged;
  }

  /** The number of the item that was offered last. */
  long offered() {
    return acknowledged + underWay.size() + unsent.size();
  }

  /** Whether something was received that the other side does not know of. */
  boolean owesAcknowledgement() {
    return owesAcknowledgement;
  }

  /** What is to be sent now, if anything. */
  Optional<Frame<O>> next(long nowNanos) {
    if (unsent.isEmpty()
        || underWay.size() >= MOST_UNDER_WAY
        || underWayBytes >= MOST_UNDER_WAY_BYTES) {
      return Optional.empty();
    }
    long first = acknowledged + underWay.size() + 1;
    List<O> items = new ArrayList<>();
    int bytes = 0;
    for (Iterator<O> i = unsent.iterator(); i.hasNext() && bytes < MOST_FRAME_BYTES; ) {
      O item = i.next();
      if (!items.isEmpty() && bytes + item.roughBytes() > MOST_FRAME_BYTES) {
        break;
      }
      bytes += item.roughBytes();
      items.add(item);
      i.remove();
    }
    if (underWay.isEmpty()) {
      sentAtNanos = nowNanos;
    }
    underWay.addAll(items);
    underWayBytes += bytes;
    owesAcknowledgement = false;
    return Optional.of(new Frame<>(first, received, items));
  }

  /** A frame without items. */
  Frame<O> acknowledgement() {
    owesAcknowledgement = false;
    return new Frame<>(acknowledged + 1, received, List.of());
  }

  /** Hands on what is new, in order. */
  void receive(Frame<I> frame, long nowNanos, Consumer<I> taken) {
    noteAcknowledged(frame.acknowledged(), nowNanos);
    long number = frame.first();
    for (I item : frame.items()) {
      if (number == received + 1) {
        received = number;
        taken.accept(item);
      }
      number++;
    }
    owesAcknowledgement |= !frame.items().isEmpty();
  }

  private void noteAcknowledged(long upTo, long nowNanos) {
    long target = Math.min(upTo, offered());
    while (acknowledged < target) {
      O item = underWay.poll();
      if (item != null) {
        underWayBytes -= item.roughBytes();
      } else {
        unsent.remove(); // It was put back to be sent again.
      }
      acknowledged++;
      sentAtNanos = nowNanos;
    }
  }

  /** Sends again what was not acknowledged for long. */
  void tick(long nowNanos) {
    if (!underWay.isEmpty() && nowNanos - sentAtNanos >= RESEND_NANOS) {
      while (!underWay.isEmpty()) {
        unsent.addFirst(underWay.removeLast());
      }
      underWayBytes = 0;
    }
  }
}
