package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, and the back-end it is joined to once there is one.
 *
 * <p>Phases: {@code HELD} (the client alone, watched or not) → {@code CONNECTING} → {@code JOINED}
 * → {@code ENDED}; a failed connect leads back to {@code HELD}. {@link #start}, {@link #watch},
 * {@link #connect} and {@link #close} may be called by any thread; all else runs on the loop's.
 */
public final class Relay {

  /** A waiting client is read up to this bound; beyond it TCP's own back-pressure holds it. */
  static final int HELD_BYTES = ChunkPool.CHUNK_BYTES;

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  private enum Phase {
    HELD,
    CONNECTING,
    JOINED,
    ENDED
  }

  private final RelayLoop loop;
  private final RelayGroup group;
  private final SocketAddress clientAddress;
  private final Endpoint client;
  private @Nullable Endpoint backend;
  private @Nullable RelayHandler handler;
  private Phase phase = Phase.HELD;

  /** Bytes for the back-end, which may not exist yet. */
  private final Backlog toBackend;

  private final Backlog toClient;

  private long lastByteNanos;
  private long connectStartedNanos;
  private long joinedNanos;
  private boolean wasJoined;

  /** Set when one side was reset while bytes for the other were waiting: flush them, then close. */
  private @Nullable Cause closeOnceFlushed;

  /** Set once both sockets are really closed. */
  private @Nullable RelayEnd finalWord;

  private final AtomicLong bytesIn = new AtomicLong();
  private final AtomicLong bytesOut = new AtomicLong();

  Relay(RelayLoop loop, RelayGroup group, SocketChannel channel, SocketAddress clientAddress) {
    this.loop = loop;
    this.group = group;
    this.clientAddress = clientAddress;
    toBackend = new Backlog(loop.chunks());
    toClient = new Backlog(loop.chunks());
    client = new Endpoint(this, loop, channel);
  }

  public SocketAddress clientAddress() {
    return clientAddress;
  }

  /** Bytes from the client that were written to the back-end. */
  public long bytesIn() {
    return bytesIn.get();
  }

  /** Bytes from the back-end that were written to the client. */
  public long bytesOut() {
    return bytesOut.get();
  }

  /** Names who is told what happens. The first call of all, once. */
  public void start(RelayHandler told) {
    loop.execute(() -> guarded(() -> onStart(told)));
  }

  /** From now on the client's going away is noticed while it has no back-end. */
  public void watch() {
    loop.execute(() -> guarded(this::onWatch));
  }

  /** Joins the client to this back-end; ignored unless the relay is without one. */
  public void connect(InetSocketAddress address) {
    loop.execute(() -> guarded(() -> onConnect(address)));
  }

  /** Closes both sides now. The end is reported as ever. */
  public void close() {
    loop.execute(() -> guarded(() -> end(Cause.CLOSED)));
  }

  private void onStart(RelayHandler told) {
    handler = told;
    tellEnd();
  }

  private void onWatch() throws IOException {
    if (phase == Phase.HELD) {
      client.register(SelectionKey.OP_READ);
      updateInterest();
    }
  }

  private void onConnect(InetSocketAddress address) throws IOException {
    if (phase != Phase.HELD) {
      return;
    }
    if (!mayRead(client) && !client.inputEnded() && isGone()) {
      end(Cause.CLIENT_GONE);
      return;
    }
    phase = Phase.CONNECTING;
    connectStartedNanos = loop.nowNanos();
    client.register(mayRead(client) ? SelectionKey.OP_READ : 0);
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open();
      SocketSettings.apply(channel);
      Endpoint end = new Endpoint(this, loop, channel);
      backend = end;
      if (channel.connect(address)) {
        end.register(SelectionKey.OP_READ);
        joined(end);
      } else {
        end.register(SelectionKey.OP_CONNECT);
        updateInterest();
      }
    } catch (IOException e) {
      if (backend == null && channel != null) {
        channel.close();
      }
      connectFailed(ConnectFailure.of(e));
    } catch (UnsupportedAddressTypeException e) {
      connectFailed(ConnectFailure.noWayTo(address));
    }
  }

  /**
   * A client that was not read any more may have left unnoticed. What it sent before lies in front
   * of that news, so it is taken in, up to one read buffer's size over all connects.
   */
  private boolean isGone() {
    ByteBuffer buffer = loop.readBuffer();
    buffer.limit(Math.max(0, RelayLoop.READ_BUFFER_BYTES - toBackend.size()));
    try {
      int count = client.channel().read(buffer);
      while (count > 0 && buffer.hasRemaining()) {
        count = client.channel().read(buffer);
      }
      if (count < 0) {
        client.markInputEnded();
      }
    } catch (IOException e) {
      return true;
    }
    toBackend.append(buffer.flip());
    return client.inputEnded() && (toBackend.isEmpty() || !group.policy().forwardsHalfClose());
  }

  void ready(Endpoint end, SelectionKey key) {
    guarded(() -> onReady(end, key));
  }

  private void onReady(Endpoint end, SelectionKey key) throws IOException {
    int ops = key.readyOps();
    if ((ops & SelectionKey.OP_CONNECT) != 0) {
      onConnectable(end);
    }
    if ((ops & SelectionKey.OP_WRITE) != 0 && phase == Phase.JOINED) {
      flushTo(end);
    }
    if ((ops & SelectionKey.OP_READ) != 0 && phase != Phase.ENDED && end.isOpen()) {
      readFrom(end);
    }
  }

  private void onConnectable(Endpoint end) throws IOException {
    try {
      end.channel().finishConnect();
    } catch (IOException e) {
      connectFailed(ConnectFailure.of(e));
      return;
    }
    joined(end);
  }

  private void joined(Endpoint end) throws IOException {
    phase = Phase.JOINED;
    wasJoined = true;
    joinedNanos = loop.nowNanos();
    lastByteNanos = joinedNanos;
    told().connected();
    flushTo(end);
  }

  /** The failed socket is really closed, and the failure told, after the next selection. */
  private void connectFailed(ConnectFailure failure) throws IOException {
    Endpoint failed = backend;
    backend = null;
    if (failed != null) {
      failed.close();
    }
    loop.afterNextSelection(() -> guarded(() -> heldAgain(failure)));
    updateInterest();
  }

  private void heldAgain(ConnectFailure failure) {
    if (phase == Phase.CONNECTING) {
      phase = Phase.HELD;
      told().connectFailed(failure);
      if (client.inputEnded() && toBackend.isEmpty()) {
        end(Cause.CLIENT_GONE); // it left without a word while the connect was tried
      }
    }
  }

  private void readFrom(Endpoint from) throws IOException {
    boolean up = from == client;
    if (!mayRead(from)) {
      updateInterest();
      return;
    }
    ByteBuffer buffer = loop.readBuffer();
    buffer.limit(readLimit());
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
    Endpoint to = up ? backend : client;
    if (phase == Phase.JOINED && to != null) {
      write(buffer, to);
    }
    if (buffer.hasRemaining()) {
      backlogTo(up).append(buffer);
      updateInterest();
    }
  }

  private int readLimit() {
    if (phase != Phase.JOINED) {
      return HELD_BYTES - toBackend.size();
    }
    return loop.chunks().exhausted() ? ChunkPool.CHUNK_BYTES : RelayLoop.READ_BUFFER_BYTES;
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
    Backlog backlog = backlogTo(to != client);
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
        end(closeOnceFlushed);
        return;
      }
      if (other(to).inputEnded()) {
        onDelivered(to);
      }
    }
    if (phase == Phase.JOINED) {
      updateInterest();
    }
  }

  private void count(Endpoint to, long bytes) {
    // One thread writes, others look: an atomic increment is not needed.
    AtomicLong counter = to == client ? bytesOut : bytesIn;
    counter.setRelease(counter.getPlain() + bytes);
  }

  /**
   * The peer has reset. A client is gone then; what a back-end sent before is still to be
   * delivered, up to the end that is read after it.
   */
  private void onWriteFailed(Endpoint to) {
    to.markBroken();
    if (closeOnceFlushed != null) {
      end(closeOnceFlushed); // nobody is left on either side
    } else if (to == client || to.inputEnded()) {
      onReset(to);
    } else {
      toBackend.clear();
      updateInterest();
    }
  }

  private void onStreamEnd(Endpoint from) throws IOException {
    from.markInputEnded();
    boolean up = from == client;
    if (phase == Phase.HELD && toBackend.isEmpty()) {
      end(Cause.CLIENT_GONE);
    } else if (up && !group.policy().forwardsHalfClose()) {
      end(Cause.CLIENT_GONE);
    } else if (phase == Phase.JOINED && backlogTo(up).isEmpty()) {
      onDelivered(up ? Objects.requireNonNull(backend) : client);
    }
    if (phase != Phase.ENDED) {
      updateInterest();
    }
  }

  /** All that one side ever sent has been written to the other. */
  private void onDelivered(Endpoint to) throws IOException {
    if (!group.policy().forwardsHalfClose()) {
      end(Cause.FINISHED);
      return;
    }
    if (other(to).outputShut()) {
      end(Cause.FINISHED); // closing tells the rest
    } else {
      to.shutOutput();
    }
  }

  /**
   * A reset goes on as a reset, but never overtakes bytes that wait for the other side; unless it
   * is a client's abort, which leaves nobody to take an answer.
   */
  private void onReset(Endpoint from) {
    boolean up = from == client;
    Cause cause = up ? Cause.CLIENT_GONE : Cause.BACKEND_RESET;
    if (phase != Phase.JOINED) {
      end(cause);
    } else if (backlogTo(up).isEmpty() || (up && !group.policy().forwardsHalfClose())) {
      other(from).resetOnClose();
      end(cause);
    } else {
      backlogTo(!up).clear();
      from.close();
      closeOnceFlushed = cause;
      updateInterest();
    }
  }

  void loopStops() {
    end(Cause.CLOSED);
  }

  void sweep(long nowNanos) {
    if (phase == Phase.CONNECTING && backend != null) {
      if (nowNanos - connectStartedNanos >= group.policy().connectTimeout().toNanos()) {
        String reason = "connect timed out after " + Text.of(group.policy().connectTimeout());
        guarded(() -> connectFailed(new ConnectFailure(false, reason)));
      }
    } else if (phase == Phase.JOINED
        && nowNanos - lastByteNanos >= group.policy().idleTimeout().toNanos()) {
      end(Cause.IDLE);
    } else if (phase == Phase.HELD) {
      // The budget may have room again for what this client sends.
      updateInterest();
    }
  }

  private void end(Cause cause) {
    if (phase == Phase.ENDED) {
      return;
    }
    phase = Phase.ENDED;
    toBackend.clear();
    toClient.clear();
    client.close();
    if (backend != null) {
      backend.close();
    }
    RelayEnd summary = summary(cause);
    loop.afterNextSelection(
        () -> {
          finalWord = summary;
          group.remove(this);
          guarded(this::tellEnd);
        });
  }

  /** Once both are known: what to tell, and to whom. */
  private void tellEnd() {
    if (handler != null && finalWord != null) {
      handler.ended(finalWord);
    }
  }

  private RelayEnd summary(Cause cause) {
    long nanos = wasJoined ? loop.nowNanos() - joinedNanos : 0;
    return new RelayEnd(cause, wasJoined, nanos, bytesIn.get(), bytesOut.get());
  }

  private void updateInterest() {
    client.want(interestOf(client, toClient));
    if (backend != null && phase == Phase.JOINED) {
      backend.want(interestOf(backend, toBackend));
    }
  }

  private int interestOf(Endpoint end, Backlog waitingForIt) {
    int read = mayRead(end) ? SelectionKey.OP_READ : 0;
    boolean mayWrite = phase == Phase.JOINED && !waitingForIt.isEmpty() && !end.outputShut();
    return read | (mayWrite ? SelectionKey.OP_WRITE : 0);
  }

  private boolean mayRead(Endpoint end) {
    if (end.inputEnded() || closeOnceFlushed != null) {
      return false;
    }
    if (phase == Phase.JOINED) {
      return backlogTo(end == client).isEmpty();
    }
    return toBackend.size() < HELD_BYTES && !loop.chunks().exhausted();
  }

  private Backlog backlogTo(boolean backendSide) {
    return backendSide ? toBackend : toClient;
  }

  private Endpoint other(Endpoint end) {
    return end == client ? Objects.requireNonNull(backend) : client;
  }

  private RelayHandler told() {
    return Objects.requireNonNull(handler, "start comes before connect");
  }

  /** A fault of one relay must not take its loop, and with it all other relays, down. */
  private void guarded(LoopTask task) {
    try {
      task.run();
    } catch (IOException | RuntimeException e) {
      LOG.error("relay for {} failed", clientAddress, e);
      end(Cause.FAULT);
    }
  }

  @FunctionalInterface
  private interface LoopTask {
    void run() throws IOException;
  }
}
