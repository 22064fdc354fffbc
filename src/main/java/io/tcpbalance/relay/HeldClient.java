package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;

/**
 * A client without a back-end: what it sends is kept for the back-end to come, up to a bound, so
 * that its going away is noticed. Belongs to the loop's thread.
 */
final class HeldClient {

  /** A waiting client is read up to this bound; beyond it TCP's own back-pressure holds it. */
  static final int HELD_BYTES = ChunkPool.CHUNK_BYTES;

  private final RelayLoop loop;
  private final Endpoint client;
  private final Backlog toBackend;
  private boolean reset;

  HeldClient(RelayLoop loop, Endpoint client) {
    this.loop = loop;
    this.client = client;
    toBackend = new Backlog(loop.chunks());
  }

  /** What it has sent so far; the back-end's {@link Transfer} goes on with it. */
  Backlog toBackend() {
    return toBackend;
  }

  /** Goes on with what another has read. */
  void inherit(Surrendered given) {
    try {
      given.received().forEach(piece -> toBackend.append(piece.duplicate()));
    } finally {
      given.copied().run();
    }
    if (given.inputEnded()) {
      client.markInputEnded();
    }
  }

  boolean hasReset() {
    return reset;
  }

  /** Its stream has ended without a byte. */
  boolean hasLeftWithoutAWord() {
    return client.inputEnded() && toBackend.isEmpty();
  }

  /** From now on {@link #read} is called when there is something to read. */
  void watch() throws ClosedChannelException {
    client.register(wantedOps());
    updateInterest();
  }

  void read() {
    if (mayRead()) {
      takeIn(HELD_BYTES - toBackend.size(), false);
    }
    updateInterest();
  }

  /**
   * A client that was not read any more may have left unnoticed. What it sent before lies in front
   * of that news, so it is taken in, up to one read buffer's size over all connects.
   */
  void catchUp() {
    if (!mayRead() && !client.inputEnded()) {
      takeIn(Math.max(0, RelayLoop.READ_BUFFER_BYTES - toBackend.size()), true);
    }
  }

  void discard() {
    toBackend.clear();
  }

  /** One read, or as many as it takes to come to the end of what has arrived. */
  private void takeIn(int mostBytes, boolean all) {
    ByteBuffer buffer = loop.readBuffer().limit(mostBytes);
    try {
      int count = client.channel().read(buffer);
      while (all && count > 0 && buffer.hasRemaining()) {
        count = client.channel().read(buffer);
      }
      if (count < 0) {
        client.markInputEnded();
      }
    } catch (IOException e) {
      reset = true;
      return;
    }
    toBackend.append(buffer.flip());
  }

  /** To be called when the budget may have room again for what the client sends. */
  void updateInterest() {
    client.want(wantedOps());
  }

  private int wantedOps() {
    return mayRead() ? SelectionKey.OP_READ : 0;
  }

  private boolean mayRead() {
    return !client.inputEnded() && toBackend.size() < HELD_BYTES && !loop.chunks().exhausted();
  }
}
