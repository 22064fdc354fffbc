package io.tcpbalance.relay;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/** One of a relay's two sockets, and what is known of its streams. Belongs to the loop's thread. */
final class Endpoint implements RelayLoop.Registered {

  private final Relay relay;
  private final RelayLoop loop;
  private final SocketChannel channel;
  private @Nullable SelectionKey key;
  private int interest;
  private long registeredNanos;
  private boolean keptAlive;
  private boolean inputEnded;
  private boolean outputShut;
  private boolean broken;
  private boolean givenAway;

  Endpoint(Relay relay, RelayLoop loop, SocketChannel channel) {
    this.relay = relay;
    this.loop = loop;
    this.channel = channel;
  }

  SocketChannel channel() {
    return channel;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  boolean inputEnded() {
    return inputEnded;
  }

  void markInputEnded() {
    inputEnded = true;
  }

  boolean outputShut() {
    return outputShut;
  }

  /** Whether a write failed: the peer has reset, though what it sent before may still be read. */
  boolean broken() {
    return broken;
  }

  void markBroken() {
    broken = true;
    outputShut = true;
  }

  /** Puts the socket under the selector's eyes; does nothing if it is there already. */
  void register(int ops) throws ClosedChannelException {
    if (key == null) {
      interest = ops;
      registeredNanos = loop.nowNanos();
      key = channel.register(loop.selector(), ops, this);
      loop.addSwept(1);
    }
  }

  /** What the selector shall tell; costs a system call only where it differs from before. */
  void want(int ops) {
    if (key != null && ops != interest && key.isValid()) {
      interest = ops;
      key.interestOps(ops);
    }
  }

  /** Forwards the end of the other side's stream. */
  void shutOutput() throws IOException {
    if (!outputShut) {
      outputShut = true;
      try {
        channel.shutdownOutput();
      } catch (IOException e) {
        // The peer has reset meanwhile: its end is about to be read.
      }
    }
  }

  /** Makes {@link #close} send a reset instead of an orderly end. */
  void resetOnClose() {
    try {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    } catch (IOException e) {
      // It is gone already: nobody is left to be told.
    }
  }

  /** Nothing is to be done here any more: the socket, which stays open, is somebody else's. */
  void giveAway() {
    if (key != null) {
      key.cancel();
    }
    forgetKey();
    givenAway = true;
  }

  boolean isGivenAway() {
    return givenAway;
  }

  private void forgetKey() {
    if (key != null) {
      key = null;
      loop.addSwept(-1);
    }
  }

  void close() {
    if (givenAway) {
      return;
    }
    forgetKey();
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
  }

  @Override
  public void ready(SelectionKey selected) {
    relay.ready(this, selected);
  }

  @Override
  public void loopStops() {
    relay.loopStops();
  }

  @Override
  public void sweep(long nowNanos) {
    relay.sweep(nowNanos);
    if (!keptAlive && nowNanos - registeredNanos >= SocketSettings.KEEP_ALIVE_AFTER_NANOS) {
      keptAlive = true;
      SocketSettings.keepAlive(channel);
    }
  }
}
