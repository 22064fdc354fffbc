package io.tcpbalance.secrets;

import java.nio.ByteBuffer;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;

/** The handshake of two engines without a network. Used once. */
final class Handshake {

  /** More than any handshake takes, each of which moves at least one record. */
  private static final int MOST_TURNS = 100;

  private final SSLEngine client;
  private final SSLEngine server;
  private final ByteBuffer toServer;
  private final ByteBuffer toClient;
  private final ByteBuffer nothing = ByteBuffer.allocate(0);
  private final ByteBuffer ignored;

  Handshake(SSLEngine client, SSLEngine server) {
    this.client = client;
    this.server = server;
    // A flight of messages may take some records: a chain of certificates is long.
    int room = 8 * client.getSession().getPacketBufferSize();
    toServer = ByteBuffer.allocate(room);
    toClient = ByteBuffer.allocate(room);
    ignored = ByteBuffer.allocate(client.getSession().getApplicationBufferSize());
  }

  /**
   * Until both sides have what they want.
   *
   * @throws SSLException what one of them has against the other
   */
  void perform() throws SSLException {
    client.beginHandshake();
    server.beginHandshake();
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      step(client, toClient, toServer);
      step(server, toServer, toClient);
      if (isOver(client) && isOver(server)) {
        return;
      }
    }
    throw new SSLException("the handshake does not end");
  }

  private static boolean isOver(SSLEngine engine) {
    return engine.getHandshakeStatus() == HandshakeStatus.NOT_HANDSHAKING;
  }

  private void step(SSLEngine engine, ByteBuffer in, ByteBuffer out) throws SSLException {
    switch (engine.getHandshakeStatus()) {
      case NEED_WRAP -> engine.wrap(nothing, out);
      case NEED_TASK -> engine.getDelegatedTask().run();
      default -> {
        in.flip();
        engine.unwrap(in, ignored);
        in.compact();
        ignored.clear();
      }
    }
  }
}
