package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Accepts from one listening socket, on a loop. It is born paused; while it is paused the kernel
 * queues new clients.
 *
 * <p>Any thread may call {@link #resume}, {@link #pause} and {@link #close}; the listening socket
 * belongs to the acceptor.
 */
public final class Acceptor implements RelayLoop.Registered {

  /** Told on the loop's thread; must not block and must not throw. */
  public interface Handler {

    /** A new client; the handler owns the relay from now on. */
    void accepted(Relay relay);

    /**
     * No client can be taken now, for want of descriptors. Accepting pauses and is resumed when a
     * client leaves; the handler should also resume it by itself after a while, since the
     * descriptors may be used by others.
     */
    void exhausted(String reason);

    /**
     * Accepting failed otherwise. It pauses, since the next try may fail alike, until the handler
     * resumes it.
     */
    void failed(IOException cause);
  }

  /** So that a flood of new clients cannot keep the loop from its relays. */
  private static final int ACCEPTS_PER_TURN = 64;

  /** More than any listening socket holds. */
  private static final int TURNS_AT_CLOSE = 128;

  private static final Logger LOG = LoggerFactory.getLogger(Acceptor.class);

  private final RelayLoop loop;
  private final ServerSocketChannel channel;
  private final RelayGroup group;
  private final ConnectionLimit limit;
  private final Handler handler;
  private @Nullable SelectionKey key;
  private final Runnable goOn = this::goOn;
  private boolean paused = true;
  private boolean closing;
  private final CompletableFuture<@Nullable Void> closed = new CompletableFuture<>();

  Acceptor(
      RelayLoop loop,
      ServerSocketChannel channel,
      RelayGroup group,
      ConnectionLimit limit,
      Handler handler) {
    this.loop = loop;
    this.channel = channel;
    this.group = group;
    this.limit = limit;
    this.handler = handler;
  }

  public void resume() {
    loop.execute(
        () -> {
          paused = false;
          want(SelectionKey.OP_ACCEPT);
        });
  }

  public void pause() {
    loop.execute(
        () -> {
          paused = true;
          want(0);
        });
  }

  /** After {@link Handler#exhausted}; any thread may call. */
  private void goOn() {
    loop.execute(
        () -> {
          if (!paused) {
            want(SelectionKey.OP_ACCEPT);
          }
        });
  }

  /**
   * Takes those who are connected already, then closes the listening socket. Completes when the
   * port is free; a second call changes nothing.
   */
  public CompletionStage<@Nullable Void> close() {
    loop.execute(this::closeNow);
    return closed();
  }

  /**
   * Accepts no more and gives up the listening socket, which stays open; who is in the kernel's
   * queue waits there. Completes with the socket when it is registered nowhere.
   */
  public CompletionStage<ServerSocketChannel> release() {
    CompletableFuture<ServerSocketChannel> released = new CompletableFuture<>();
    loop.execute(
        () -> {
          closing = true;
          if (key != null) {
            key.cancel();
          }
          loop.afterNextSelection(
              () -> {
                closed.complete(null);
                released.complete(channel);
              });
        });
    return released;
  }

  CompletionStage<@Nullable Void> closed() {
    return closed.copy();
  }

  private void closeNow() {
    if (closing) {
      return;
    }
    boolean more = key != null;
    for (int turns = 0; more && turns < TURNS_AT_CLOSE; turns++) {
      more = acceptSome();
    }
    closing = true;
    closeChannel();
  }

  private void closeChannel() {
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
    loop.afterNextSelection(() -> closed.complete(null));
  }

  private void want(int ops) {
    if (closing) {
      return;
    }
    try {
      if (key == null) {
        key = channel.register(loop.selector(), ops, this);
      } else if (key.isValid()) {
        key.interestOps(ops);
      }
    } catch (ClosedChannelException e) {
      handler.failed(e);
    }
  }

  @Override
  public void loopStops() {
    closing = true;
    closeChannel();
  }

  @Override
  public void ready(SelectionKey selected) {
    acceptSome();
  }

  /** Returns whether there may be more. */
  private boolean acceptSome() {
    for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
      if (!limit.tryEnter()) {
        want(0);
        limit.resumeBelowLimit(goOn);
        handler.exhausted(limit.whyFull());
        return false;
      }
      Relay relay = null;
      try {
        relay = acceptOne();
      } catch (IOException e) {
        onFailure(e);
        return false;
      } finally {
        if (relay == null) {
          limit.cancelEnter();
        }
      }
      if (relay == null) {
        return false;
      }
      hand(relay);
    }
    return true;
  }

  private @Nullable Relay acceptOne() throws IOException {
    SocketChannel accepted = channel.accept();
    if (accepted == null) {
      return null;
    }
    return group.adopt(accepted);
  }

  /** A handler's fault costs that client only. */
  private void hand(Relay relay) {
    try {
      handler.accepted(relay);
    } catch (RuntimeException e) {
      LOG.error("client {} could not be handed on", relay.clientAddress(), e);
      relay.close();
    }
  }

  private void onFailure(IOException e) {
    want(0);
    if (Descriptors.exhausted(e)) {
      limit.resumeWhenClientLeaves(goOn);
      handler.exhausted("no file descriptor is left");
    } else if (channel.isOpen()) {
      handler.failed(e);
    }
  }
}
