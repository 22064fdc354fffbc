package io.tcpbalance.proxy;

import io.tcpbalance.config.ListenSettings;
import io.tcpbalance.relay.Acceptor;
import io.tcpbalance.relay.RelayGroup;
import io.tcpbalance.relay.RelayLoops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where a proxy listens: at one address, and for a moment at the one before too. Belongs to the
 * proxy's supervisor.
 *
 * <p>Two sockets may listen on {@code 0.0.0.0:p} and {@code 10.0.0.1:p} only if both have
 * SO_REUSEPORT. They have it only while one is left for the other: else a second daemon of the same
 * user could take half of the clients, instead of being told that the address is in use.
 */
final class Doors {

  /** One of them. */
  record Door(ServerSocketChannel channel, Acceptor acceptor) {}

  private static final Logger LOG = LoggerFactory.getLogger(Doors.class);

  private final RelayLoops loops;
  private final RelayGroup group;
  private final Admission admission;
  private final Set<Door> leaving = new LinkedHashSet<>();
  private Door current;
  private InetSocketAddress address;
  private boolean closed;

  /** Whether the socket is the generation's before yet, and is not to be opened or closed. */
  private boolean lent;

  /** Set while nobody listens, and the socket is neither another's nor closed. */
  private @Nullable CompletionStage<ServerSocketChannel> released;

  /**
   * @param lent whether the socket is another's until it is {@link #own}ed
   */
  Doors(
      RelayLoops loops,
      RelayGroup group,
      Admission admission,
      ServerSocketChannel channel,
      boolean lent)
      throws IOException {
    this.loops = loops;
    this.group = group;
    this.admission = admission;
    this.lent = lent;
    if (lent) {
      admission.bar();
    }
    address = (InetSocketAddress) channel.getLocalAddress();
    current = door(channel);
  }

  /** Binds an address for clients to come, and nobody else's. */
  static ServerSocketChannel bind(ListenSettings listen, int port) throws IOException {
    return bind(listen, port, false);
  }

  private static ServerSocketChannel bind(ListenSettings listen, int port, boolean shared)
      throws IOException {
    String host = listen.host();
    InetSocketAddress address = new InetSocketAddress(host, port);
    if (address.isUnresolved()) {
      throw new IOException("'" + host + "' is no address of this machine");
    }
    ServerSocketChannel channel = ServerSocketChannel.open();
    try {
      channel.setOption(StandardSocketOptions.SO_REUSEADDR, true);
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
      channel.bind(address, listen.backlog());
      channel.configureBlocking(false);
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  InetSocketAddress address() {
    return address;
  }

  /**
   * Listens at another address. Clients are taken at the earlier one too, until it is {@link #leave
   * left}: whose handshake is under way would be refused else.
   *
   * @return what is to be left
   * @throws IOException if it cannot be bound; then nothing has changed
   */
  Door move(ListenSettings listen) throws IOException {
    share(true);
    ServerSocketChannel channel;
    try {
      channel = bind(listen, listen.port(), true);
    } catch (IOException e) {
      share(!leaving.isEmpty());
      throw e;
    }
    Door left = current;
    leaving.add(left);
    address = (InetSocketAddress) channel.getLocalAddress();
    current = door(channel);
    return left;
  }

  private Door door(ServerSocketChannel channel) {
    Door door = new Door(channel, loops.acceptor(channel, group, admission));
    admission.moveTo(door.acceptor());
    return door;
  }

  private void share(boolean shared) throws IOException {
    current.channel().setOption(StandardSocketOptions.SO_REUSEPORT, shared);
    for (Door door : leaving) {
      door.channel().setOption(StandardSocketOptions.SO_REUSEPORT, shared);
    }
  }

  /** Takes who is connected already, and listens there no more. */
  void leave(Door door) throws IOException {
    if (closed) {
      return;
    }
    leaving.remove(door);
    CompletionStage<?> unused = door.acceptor().close();
    share(!leaving.isEmpty());
  }

  /** The socket that was lent is this proxy's from now on; the listener may open it. */
  void own() {
    lent = false;
    admission.unbar();
  }

  /**
   * Takes no more clients; they wait in the kernel's queue. To be followed by {@link #reopen},
   * {@link #giveUp} or {@link #close}.
   *
   * @return completes with the socket when it is registered nowhere
   */
  CompletionStage<ServerSocketChannel> release() {
    closed = true;
    List.copyOf(leaving).forEach(door -> door.acceptor().close());
    leaving.clear();
    CompletionStage<ServerSocketChannel> channel = current.acceptor().release();
    released = channel;
    return channel;
  }

  /** What {@link #release} has returned; null if the doors are not released. */
  @Nullable CompletionStage<ServerSocketChannel> released() {
    return released;
  }

  /** Takes back what was released, when that is complete. */
  void reopen() {
    released = null;
    current = door(current.channel());
    closed = false;
  }

  /** What was released, or lent, is another's. */
  void giveUp() {
    released = null;
  }

  /** The socket, if it is another's, or may become so: it is not to be closed between two lives. */
  @Nullable ServerSocketChannel shared() {
    return lent || released != null ? current.channel() : null;
  }

  /** As {@link #close}, but what is {@link #shared} stays open for the life to come. */
  CompletionStage<?> closeUntilNextLife() {
    return released != null ? released : close();
  }

  /** Listens nowhere. Completes when all addresses are free that are not another's. */
  CompletionStage<?> close() {
    closed = true;
    if (released != null) {
      return released.thenAccept(Doors::closeQuietly);
    }
    Acceptor acceptor = current.acceptor();
    CompletionStage<?> left = lent ? acceptor.release() : acceptor.close();
    CompletableFuture<?> allFree = left.toCompletableFuture();
    for (Door door : leaving) {
      allFree = CompletableFuture.allOf(allFree, door.acceptor().close().toCompletableFuture());
    }
    return allFree;
  }

  private static void closeQuietly(ServerSocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      LOG.warn("a listening socket was not closed", e);
    }
  }
}
