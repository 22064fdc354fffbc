package io.tcpbalance.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.nio.channels.UnsupportedAddressTypeException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Finds out whether an address accepts connections: connects, and closes at once. Belongs to its
 * loop's thread, but for the result, which anybody may wait for or cancel.
 */
final class ConnectTrial implements RelayLoop.Registered {

  private final RelayLoop loop;
  private final InetSocketAddress address;
  private final Duration timeout;
  private final CompletableFuture<Optional<ConnectFailure>> result = new CompletableFuture<>();
  private @Nullable SocketChannel channel;
  private boolean registered;
  private boolean over;
  private long startedNanos;

  private ConnectTrial(RelayLoop loop, InetSocketAddress address, Duration timeout) {
    this.loop = loop;
    this.address = address;
    this.timeout = timeout;
  }

  /** See {@link RelayLoops#tryConnect}. */
  static CompletableFuture<Optional<ConnectFailure>> start(
      RelayLoop loop, InetSocketAddress address, Duration timeout) {
    ConnectTrial trial = new ConnectTrial(loop, address, timeout);
    loop.execute(trial::connect);
    CompletableFuture<?> unused =
        trial.result.whenComplete((failure, cancelled) -> loop.execute(trial::close));
    return trial.result;
  }

  private void connect() {
    if (result.isDone()) {
      return;
    }
    startedNanos = loop.nowNanos();
    try {
      SocketChannel opened = SocketChannel.open();
      channel = opened;
      opened.configureBlocking(false);
      if (opened.connect(address)) {
        finish(Optional.empty());
      } else {
        opened.register(loop.selector(), SelectionKey.OP_CONNECT, this);
        registered = true;
        loop.addSwept(1);
      }
    } catch (IOException e) {
      finish(Optional.of(ConnectFailure.of(e)));
    } catch (UnsupportedAddressTypeException e) {
      finish(Optional.of(ConnectFailure.noWayTo(address)));
    }
  }

  @Override
  public void ready(SelectionKey key) {
    try {
      ((SocketChannel) key.channel()).finishConnect();
      finish(Optional.empty());
    } catch (IOException e) {
      finish(Optional.of(ConnectFailure.of(e)));
    }
  }

  @Override
  public void sweep(long nowNanos) {
    if (nowNanos - startedNanos >= timeout.toNanos()) {
      finish(Optional.of(ConnectFailure.timedOut(timeout)));
    }
  }

  @Override
  public void loopStops() {
    close();
    result.cancel(false);
  }

  /** The socket is really closed, and the result told, after the next selection. */
  private void finish(Optional<ConnectFailure> failure) {
    if (!over) {
      close();
      loop.afterNextSelection(() -> result.complete(failure));
    }
  }

  private void close() {
    over = true;
    if (registered) {
      registered = false;
      loop.addSwept(-1);
    }
    if (channel != null) {
      try {
        channel.close();
      } catch (IOException e) {
        // The descriptor is released all the same.
      }
    }
  }
}
