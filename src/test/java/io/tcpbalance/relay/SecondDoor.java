package io.tcpbalance.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/** Another listening socket of a bench's group. */
record SecondDoor(Acceptor acceptor, InetSocketAddress address) implements AutoCloseable {

  SecondDoor(Bench bench) throws IOException {
    this(bench, true);
  }

  SecondDoor(Bench bench, boolean open) throws IOException {
    this(bench, bound(), open);
  }

  private SecondDoor(Bench bench, ServerSocketChannel server, boolean open) throws IOException {
    this(
        bench.loops.acceptor(server, bench.group, bench),
        (InetSocketAddress) server.getLocalAddress());
    if (open) {
      acceptor.resume();
    }
  }

  private static ServerSocketChannel bound() throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.configureBlocking(false);
    return server;
  }

  @Override
  public void close() {
    Bench.await(acceptor.close(), "the second acceptor is closed");
  }
}
