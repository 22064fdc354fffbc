package io.tcpbalance.relay;

import io.tcpbalance.relay.RelayEnd.Cause;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A relay that passes bytes on as they come. Who moves them: the {@link HeldClient} before the two
 * are joined, the {@link Transfer} after.
 */
public final class StreamRelay extends Relay {

  private final Endpoint client;
  private final HeldClient held;

  /** Set once the two are joined. */
  private @Nullable Transfer transfer;

  StreamRelay(
      RelayLoop loop, RelayGroup group, SocketChannel channel, SocketAddress clientAddress) {
    super(loop, group, clientAddress);
    client = new Endpoint(this, loop, channel);
    held = new HeldClient(loop, client);
  }

  /** Names who is told what happens. The first call of all, once. */
  public void start(RelayHandler told) {
    execute(
        () -> {
          tell(told);
          Surrendered given = takeInherited();
          if (given != null) {
            held.inherit(given);
          }
        });
  }

  /** From now on the client's going away is noticed while it has no back-end. */
  public void watch() {
    execute(
        () -> {
          if (isHeld()) {
            held.watch();
          }
        });
  }

  @Override
  @Nullable Surrendered giveAway() {
    client.giveAway();
    return new Surrendered(
        client.channel(),
        held.toBackend().show(),
        client.inputEnded(),
        0,
        List.of(),
        () -> execute(held::discard));
  }

  @Override
  void onConnect(InetSocketAddress address) throws IOException {
    if (!isHeld()) {
      return;
    }
    held.catchUp();
    endIfClientLeft();
    if (!hasEnded()) {
      held.watch();
      openBackend(address);
    }
  }

  @Override
  void joined(Endpoint backend) throws IOException {
    boolean forwards = policy().forwardsHalfClose();
    transfer =
        new Transfer(
            this,
            loop,
            forwards,
            traffic,
            client,
            backend,
            held.toBackend(),
            new Backlog(loop.chunks()));
    transfer.start();
  }

  /** While a connect is tried, a client that left without a word is kept until the answer. */
  private void endIfClientLeft() {
    boolean aborted = client.inputEnded() && !policy().forwardsHalfClose();
    boolean leftUnserved = isHeld() && held.hasLeftWithoutAWord();
    if (held.hasReset() || aborted || leftUnserved) {
      end(Cause.CLIENT_GONE);
    }
  }

  @Override
  void ready(Endpoint end, int ops) throws IOException {
    if (transfer != null) {
      transfer.ready(end, ops);
    } else if ((ops & SelectionKey.OP_READ) != 0) {
      held.read();
      endIfClientLeft();
    }
  }

  @Override
  void heldAgain() {
    held.updateInterest();
    endIfClientLeft();
  }

  @Override
  void sweepIdle(long nowNanos) {
    if (transfer == null) {
      // The budget may have room again for what this client sends.
      held.updateInterest();
    } else if (nowNanos - transfer.lastByteNanos() >= policy().idleTimeout().toNanos()) {
      end(Cause.IDLE);
    }
  }

  @Override
  void discard() {
    if (transfer != null) {
      transfer.discard();
    } else if (!client.isGivenAway()) {
      held.discard();
    }
    client.close();
  }
}
