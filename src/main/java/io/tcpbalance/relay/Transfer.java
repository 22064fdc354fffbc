package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import org.jspecify.annotations.Nullable;

/**
 * The two streams between a client and the back-end it is joined to: bytes, back-pressure,
 * half-closes and resets. Tells the relay what ends it, and does nothing once the relay has closed
 * the sockets. Belongs to the loop's thread.
 */
final class Transfer {

  private final Relay relay;
  private final RelayLoop loop;
  private final boolean forwardsHalfClose;
  private final Traffic traffic;
  private final Endpoint client;
  private final Endpoint backend;
  private final Backlog toBackend;
  private final Backlog toClient;
  private final long startedNanos;
  private long lastByteNanos;

  /** Set when one side was reset while bytes for the other were waiting: flush them, then close. */
  private @Nullable Cause closeOnceFlushed;

  /** Takes over the bytes that wait for either side already. */
  Transfer(
      Relay relay,
      RelayLoop loop,
      boolean forwardsHalfClose,
      Traffic traffic,
      Endpoint client,
      Endpoint backend,
      Backlog toBackend,
      Backlog toClient) {
    this.relay = relay;
    this.loop = loop;
    this.forwardsHalfClose = forwardsHalfClose;
    this.traffic = traffic;
    this.client = client;
    this.backend = backend;
    this.toBackend = toBackend;
    this.toClient = toClient;
    startedNanos = loop.nowNanos();
    lastByteNanos = startedNanos;
  }

  void start() throws IOException {
    flushTo(backend);
    if (!toClient.isEmpty()) {
      flushTo(client);
    }
  }

  void ready(Endpoint end, int ops) throws IOException {
    if ((ops & SelectionKey.OP_WRITE) != 0) {
      flushTo(end);
    }
    if ((ops & SelectionKey.OP_READ) != 0 && end.isOpen()) {
      readFrom(end);
    }
  }

  long startedNanos() {
    return startedNanos;
  }

  /** When a byte moved in either direction. */
  long lastByteNanos() {
    return lastByteNanos;
  }

  /** The bytes that still wait are given up. */
  void discard() {
    toBackend.clear();
    toClient.clear();
  }

  private void readFrom(Endpoint from) throws IOException {
    if (!mayRead(from)) {
      updateInterest();
      return;
    }
    ByteBuffer buffer = loop.readBuffer();
    buffer.limit(loop.chunks().exhausted() ? ChunkPool.CHUNK_BYTES : RelayLoop.READ_BUFFER_BYTES);
    int count;
    try {
      count = from.channel().read(buffer);
    } catch (IOException e) {
      onReset(from);
      return;
    }
    if (count < 0) {
      if (from.broken()) {
        onReset(from);
      } else {
        onStreamEnd(from);
      }
      return;
    }
    if (count == 0) {
      return;
    }
    lastByteNanos = loop.nowNanos();
    buffer.flip();
    Endpoint to = other(from);
    write(buffer, to);
    if (buffer.hasRemaining()) {
      backlogTo(to).append(buffer);
      updateInterest();
    }
  }

  private void write(ByteBuffer buffer, Endpoint to) {
    if (to.outputShut()) {
      buffer.position(buffer.limit());
      return;
    }
    try {
      count(to, to.channel().write(buffer));
    } catch (IOException e) {
      onWriteFailed(to);
      buffer.position(buffer.limit());
    }
  }

  private void flushTo(Endpoint to) throws IOException {
    Backlog backlog = backlogTo(to);
    if (!backlog.isEmpty() && !to.outputShut()) {
      try {
        count(to, backlog.writeTo(to.channel()));
        lastByteNanos = loop.nowNanos();
      } catch (IOException e) {
        onWriteFailed(to);
        return;
      }
    }
    if (backlog.isEmpty()) {
      if (closeOnceFlushed != null) {
        relay.end(closeOnceFlushed);
        return;
      }
      if (other(to).inputEnded()) {
        onDelivered(to);
      }
    }
    updateInterest();
  }

  private void count(Endpoint to, long bytes) {
    if (to == client) {
      traffic.countOut(bytes);
    } else {
      traffic.countIn(bytes);
    }
  }

  /**
   * The peer has reset. A client is gone then; what a back-end sent before is still to be
   * delivered, up to the end that is read after it.
   */
  private void onWriteFailed(Endpoint to) {
    to.markBroken();
    if (closeOnceFlushed != null) {
      relay.end(closeOnceFlushed); // nobody is left on either side
    } else if (to == client || to.inputEnded()) {
      onReset(to);
    } else {
      toBackend.clear();
      updateInterest();
    }
  }

  private void onStreamEnd(Endpoint from) throws IOException {
    from.markInputEnded();
    Endpoint to = other(from);
    if (from == client && !forwardsHalfClose) {
      relay.end(Cause.CLIENT_GONE);
    } else if (backlogTo(to).isEmpty()) {
      onDelivered(to);
    }
    updateInterest();
  }

  /** All that one side ever sent has been written to the other. */
  private void onDelivered(Endpoint to) throws IOException {
    if (!forwardsHalfClose) {
      relay.end(Cause.FINISHED);
    } else if (other(to).outputShut()) {
      relay.end(Cause.FINISHED); // closing tells the rest
    } else {
      to.shutOutput();
    }
  }

  /**
   * A reset goes on as a reset, but never overtakes bytes that wait for the other side; unless it
   * is a client's abort, which leaves nobody to take an answer.
   */
  private void onReset(Endpoint from) {
    Cause cause = from == client ? Cause.CLIENT_GONE : Cause.BACKEND_RESET;
    Endpoint to = other(from);
    if (backlogTo(to).isEmpty() || (from == client && !forwardsHalfClose)) {
      to.resetOnClose();
      relay.end(cause);
    } else {
      backlogTo(from).clear();
      from.close();
      closeOnceFlushed = cause;
      updateInterest();
    }
  }

  private void updateInterest() {
    client.want(wantedOps(client));
    backend.want(wantedOps(backend));
  }

  private int wantedOps(Endpoint end) {
    int read = mayRead(end) ? SelectionKey.OP_READ : 0;
    boolean mayWrite = !backlogTo(end).isEmpty() && !end.outputShut();
    return read | (mayWrite ? SelectionKey.OP_WRITE : 0);
  }

  /** Not while bytes that it sent before still wait for the other side. */
  private boolean mayRead(Endpoint end) {
    return !end.inputEnded() && closeOnceFlushed == null && backlogTo(other(end)).isEmpty();
  }

  private Backlog backlogTo(Endpoint end) {
    return end == client ? toClient : toBackend;
  }

  private Endpoint other(Endpoint end) {
    return end == client ? backend : client;
  }
}
