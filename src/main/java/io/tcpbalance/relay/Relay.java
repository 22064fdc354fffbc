package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client, and the back-end it is joined to once there is one.
 *
 * <p>Phases: {@code HELD} (the client alone, watched or not) → {@code CONNECTING} → {@code JOINED}
 * → {@code ENDED}; a failed connect leads back to {@code HELD}. {@link #start}, {@link #watch},
 * {@link #connect} and {@link #close} may be called by any thread; all else runs on the loop's. Who
 * moves bytes: the {@link HeldClient} before the two are joined, the {@link Transfer} after.
 */
public final class Relay {

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
  private final HeldClient held;
  private final Traffic traffic = new Traffic();
  private @Nullable Endpoint backend;
  private @Nullable RelayHandler handler;
  private Phase phase = Phase.HELD;
  private long connectStartedNanos;

  /** Set once the two are joined. */
  private @Nullable Transfer transfer;

  /** Set once both sockets are really closed. */
  private @Nullable RelayEnd finalWord;

  Relay(RelayLoop loop, RelayGroup group, SocketChannel channel, SocketAddress clientAddress) {
    this.loop = loop;
    this.group = group;
    this.clientAddress = clientAddress;
    client = new Endpoint(this, loop, channel);
    held = new HeldClient(loop, client);
  }

  public SocketAddress clientAddress() {
    return clientAddress;
  }

  /** Bytes from the client that were written to the back-end. */
  public long bytesIn() {
    return traffic.bytesIn();
  }

  /** Bytes from the back-end that were written to the client. */
  public long bytesOut() {
    return traffic.bytesOut();
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
      held.watch();
    }
  }

  private void onConnect(InetSocketAddress address) throws IOException {
    if (phase != Phase.HELD) {
      return;
    }
    held.catchUp();
    endIfClientLeft();
    if (phase == Phase.ENDED) {
      return;
    }
    phase = Phase.CONNECTING;
    connectStartedNanos = loop.nowNanos();
    held.watch();
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

  /** While a connect is tried, a client that left without a word is kept until the answer. */
  private void endIfClientLeft() {
    boolean aborted = client.inputEnded() && !group.policy().forwardsHalfClose();
    boolean leftUnserved = phase == Phase.HELD && held.hasLeftWithoutAWord();
    if (held.hasReset() || aborted || leftUnserved) {
      end(Cause.CLIENT_GONE);
    }
  }

  void ready(Endpoint end, SelectionKey key) {
    guarded(() -> onReady(end, key));
  }

  private void onReady(Endpoint end, SelectionKey key) throws IOException {
    int ops = key.readyOps();
    if ((ops & SelectionKey.OP_CONNECT) != 0) {
      onConnectable(end);
    }
    if (transfer != null) {
      transfer.ready(end, ops);
    } else if ((ops & SelectionKey.OP_READ) != 0) {
      held.read();
      endIfClientLeft();
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
    boolean forwards = group.policy().forwardsHalfClose();
    transfer = new Transfer(this, loop, forwards, traffic, client, end, held.toBackend());
    told().connected();
    transfer.start();
  }

  /** The failed socket is really closed, and the failure told, after the next selection. */
  private void connectFailed(ConnectFailure failure) throws IOException {
    Endpoint failed = backend;
    backend = null;
    if (failed != null) {
      failed.close();
    }
    loop.afterNextSelection(() -> guarded(() -> heldAgain(failure)));
    held.updateInterest();
  }

  private void heldAgain(ConnectFailure failure) {
    if (phase == Phase.CONNECTING) {
      phase = Phase.HELD;
      told().connectFailed(failure);
      endIfClientLeft();
    }
  }

  void loopStops() {
    end(Cause.CLOSED);
  }

  void sweep(long nowNanos) {
    RelayPolicy policy = group.policy();
    if (transfer != null && nowNanos - transfer.lastByteNanos() >= policy.idleTimeout().toNanos()) {
      end(Cause.IDLE);
    } else if (phase == Phase.CONNECTING
        && backend != null
        && nowNanos - connectStartedNanos >= policy.connectTimeout().toNanos()) {
      guarded(() -> connectFailed(ConnectFailure.timedOut(policy.connectTimeout())));
    } else if (phase == Phase.HELD) {
      // The budget may have room again for what this client sends.
      held.updateInterest();
    }
  }

  /** The one end, whatever the cause; what comes later is too late. */
  void end(Cause cause) {
    if (phase == Phase.ENDED) {
      return;
    }
    phase = Phase.ENDED;
    if (transfer != null) {
      transfer.discard();
    } else {
      held.discard();
    }
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
    boolean wasJoined = transfer != null;
    long nanos = transfer != null ? loop.nowNanos() - transfer.startedNanos() : 0;
    return new RelayEnd(cause, wasJoined, nanos, traffic.bytesIn(), traffic.bytesOut());
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
