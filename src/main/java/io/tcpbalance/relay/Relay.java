package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The life of one client's socket, and of the back-end's that it is joined to now and then. What
 * becomes of their bytes is the matter of the kinds: a {@link StreamRelay} passes them on as they
 * come, a {@link JobRelay} keeps a request until a back-end has answered it, and a {@link
 * TrialRelay} has a request instead of a client.
 *
 * <p>Phases: {@code HELD} (the client alone) → {@code CONNECTING} → {@code JOINED} → {@code ENDED};
 * a failed connect, or a back-end that is left, leads back to {@code HELD}. Public methods may be
 * called by any thread; all else runs on the loop's.
 */
public abstract sealed class Relay permits StreamRelay, JobRelay, TrialRelay {

  private static final Logger LOG = LoggerFactory.getLogger(Relay.class);

  private enum Phase {
    HELD,
    CONNECTING,
    JOINED,
    ENDED
  }

  final RelayLoop loop;
  final Traffic traffic = new Traffic();

  private final RelayGroup group;
  private final SocketAddress clientAddress;
  private @Nullable Endpoint backend;
  private @Nullable RelayHandler handler;
  private @Nullable Surrendered inherited;
  private Phase phase = Phase.HELD;
  private long connectStartedNanos;
  private long joinedNanos;

  /** Set once both sockets are really closed. */
  private @Nullable RelayEnd finalWord;

  Relay(RelayLoop loop, RelayGroup group, SocketAddress clientAddress) {
    this.loop = loop;
    this.group = group;
    this.clientAddress = clientAddress;
  }

  public final SocketAddress clientAddress() {
    return clientAddress;
  }

  /** Bytes that came from the client: written to the back-end, or kept for it. */
  public final long bytesIn() {
    return traffic.bytesIn();
  }

  /** Bytes that were written to the client. */
  public final long bytesOut() {
    return traffic.bytesOut();
  }

  /** Joins the client to this back-end; ignored unless the relay is without one. */
  public final void connect(InetSocketAddress address) {
    execute(() -> onConnect(address));
  }

  /** Closes both sides now. The end is reported as ever. */
  public final void close() {
    execute(() -> end(Cause.CLOSED));
  }

  /**
   * Gives the client away, unless it has a back-end or its answer, or is gone. The taker is called
   * by the loop's thread, must not block and must not throw; then the relay ends.
   */
  public final void surrender(Consumer<Surrendered> taker) {
    execute(
        () -> {
          Surrendered given = isHeld() ? giveAway() : null;
          if (given != null) {
            loop.afterNextSelection(() -> taker.accept(given));
            end(Cause.SURRENDERED);
          }
        });
  }

  /** The relay is to go on with what another has given away. To be called before it is started. */
  final void inherit(Surrendered given) {
    inherited = given;
  }

  /**
   * Where it goes on, if it does not begin; once. Whoever takes it copies the bytes and says so:
   * what gave them away may be code that is to be unloaded.
   */
  final @Nullable Surrendered takeInherited() {
    Surrendered given = inherited;
    inherited = null;
    return given;
  }

  /** Gives up the client's socket, and what is kept of it once that is copied; null: it may not. */
  abstract @Nullable Surrendered giveAway();

  /** The client is still there, and is to be joined to the back-end by {@link #openBackend}. */
  abstract void onConnect(InetSocketAddress address) throws IOException;

  /** The back-end has accepted, and this was told. */
  abstract void joined(Endpoint accepted) throws IOException;

  /** A connect has failed, and this was told. */
  abstract void heldAgain();

  abstract void ready(Endpoint end, int ops) throws IOException;

  /** Time-outs of what is not being connected. */
  abstract void sweepIdle(long nowNanos) throws IOException;

  /**
   * The buffers are given up and the client's socket is closed, unless they are given away; the
   * caller closes the other.
   */
  abstract void discard();

  final RelayPolicy policy() {
    return group.policy();
  }

  final boolean isHeld() {
    return phase == Phase.HELD;
  }

  final boolean hasEnded() {
    return phase == Phase.ENDED;
  }

  final void execute(LoopTask task) {
    loop.execute(() -> guarded(task));
  }

  /** Names who is told what happens. */
  final void tell(RelayHandler told) {
    handler = told;
    tellEnd();
  }

  final void openBackend(InetSocketAddress address) throws IOException {
    phase = Phase.CONNECTING;
    connectStartedNanos = loop.nowNanos();
    SocketChannel channel = null;
    try {
      channel = SocketChannel.open();
      SocketSettings.apply(channel);
      Endpoint end = new Endpoint(this, loop, channel);
      backend = end;
      if (channel.connect(address)) {
        end.register(SelectionKey.OP_READ);
        accepted(end);
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

  /** Leaves the back-end; the task is run when its socket is really closed. */
  final void leaveBackend(LoopTask whenClosed) {
    Objects.requireNonNull(backend, "there is no back-end to leave").close();
    backend = null;
    loop.afterNextSelection(
        () -> {
          if (phase == Phase.JOINED) {
            phase = Phase.HELD;
          }
          guarded(whenClosed);
        });
  }

  final void ready(Endpoint end, SelectionKey key) {
    guarded(
        () -> {
          int ops = key.readyOps();
          if ((ops & SelectionKey.OP_CONNECT) != 0) {
            onConnectable(end);
          } else {
            ready(end, ops);
          }
        });
  }

  private void onConnectable(Endpoint end) throws IOException {
    try {
      end.channel().finishConnect();
    } catch (IOException e) {
      connectFailed(ConnectFailure.of(e));
      return;
    }
    accepted(end);
  }

  private void accepted(Endpoint end) throws IOException {
    phase = Phase.JOINED;
    joinedNanos = loop.nowNanos();
    told().connected();
    joined(end);
  }

  /** The failed socket is really closed, and the failure told, after the next selection. */
  private void connectFailed(ConnectFailure failure) {
    Endpoint failed = backend;
    backend = null;
    if (failed != null) {
      failed.close();
    }
    loop.afterNextSelection(
        () ->
            guarded(
                () -> {
                  if (phase == Phase.CONNECTING) {
                    phase = Phase.HELD;
                    told().connectFailed(failure);
                    heldAgain();
                  }
                }));
  }

  /** Gives up a connect that is under way, as if this machine were to blame. */
  final void cancelConnect(String reason) {
    if (phase == Phase.CONNECTING && backend != null) {
      connectFailed(new ConnectFailure(true, reason));
    }
  }

  final void loopStops() {
    end(Cause.CLOSED);
  }

  final void sweep(long nowNanos) {
    if (phase != Phase.CONNECTING) {
      guarded(() -> sweepIdle(nowNanos));
    } else if (backend != null
        && nowNanos - connectStartedNanos >= policy().connectTimeout().toNanos()) {
      connectFailed(ConnectFailure.timedOut(policy().connectTimeout()));
    }
  }

  /** The one end, whatever the cause; what comes later is too late. */
  final void end(Cause cause) {
    if (phase == Phase.ENDED) {
      return;
    }
    boolean wasConnected = phase == Phase.JOINED;
    phase = Phase.ENDED;
    discard();
    Surrendered untaken = takeInherited();
    if (untaken != null) {
      untaken.copied().run();
    }
    if (backend != null) {
      backend.close();
    }
    long connectedNanos = wasConnected ? loop.nowNanos() - joinedNanos : 0;
    RelayEnd summary =
        new RelayEnd(cause, wasConnected, connectedNanos, traffic.bytesIn(), traffic.bytesOut());
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
  interface LoopTask {
    void run() throws IOException;
  }
}
