package io.tcpbalance.bench;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;

/** One job at the client, from connect to end of stream. Only the load's thread calls it. */
final class JobFlight {

  /** What a call led to; all but PENDING are final. */
  enum Outcome {
    PENDING,
    GOOD,
    CUT_SHORT,
    CORRUPT
  }

  private final SocketChannel channel;
  private final JobHeader job;
  private final long startNs = System.nanoTime();

  private int sent;
  private long received;

  private JobFlight(SocketChannel channel, JobHeader job) {
    this.channel = channel;
    this.job = job;
  }

  /** Connects, as far as that goes at once, and registers itself as the key's attachment. */
  static JobFlight start(
      SocketAddress target, JobHeader job, Selector selector, ByteBuffer scratch, JobPattern bytes)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      JobFlight flight = new JobFlight(channel, job);
      // On loopback the handshake is over when connect returns: asking saves a turn of the
      // selector.
      boolean connected = channel.connect(target) || channel.finishConnect();
      boolean whole = connected && flight.send(scratch, bytes);
      channel.register(selector, interest(connected, whole), flight);
      return flight;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  private static int interest(boolean connected, boolean whole) {
    if (!connected) {
      return SelectionKey.OP_CONNECT;
    }
    return whole ? SelectionKey.OP_READ : SelectionKey.OP_READ | SelectionKey.OP_WRITE;
  }

  long startNs() {
    return startNs;
  }

  /** By which the other side knows this job; to be asked before it is closed. */
  int localPort() {
    return channel.socket().getLocalPort();
  }

  /** Does what the key is ready for. */
  Outcome advance(SelectionKey key, ByteBuffer scratch, JobPattern requests, JobPattern answers)
      throws IOException {
    if (key.isConnectable() && !channel.finishConnect()) {
      return Outcome.PENDING;
    }
    if (key.isConnectable() || key.isWritable()) {
      key.interestOps(interest(true, send(scratch, requests)));
    }
    return key.isReadable() ? receive(scratch, answers) : Outcome.PENDING;
  }

  /** Writes what the socket takes; true when the request is out. */
  private boolean send(ByteBuffer scratch, JobPattern bytes) throws IOException {
    int length = job.shape().requestBytes();
    while (sent < length) {
      int n = channel.write(nextToSend(scratch, bytes));
      if (n == 0) {
        return false;
      }
      sent += n;
    }
    return true;
  }

  private ByteBuffer nextToSend(ByteBuffer scratch, JobPattern bytes) {
    int length = job.shape().requestBytes();
    if (sent >= JobHeader.BYTES) {
      return bytes.run(job.seed() + (long) sent, length - sent);
    }
    // The header and what follows it go out in one piece: a tiny job is one segment.
    job.putInto(scratch.clear());
    int room = Math.min(length, scratch.capacity()) - JobHeader.BYTES;
    scratch.put(bytes.run(job.seed() + (long) JobHeader.BYTES, room));
    return scratch.flip().position(sent);
  }

  private Outcome receive(ByteBuffer scratch, JobPattern answers) throws IOException {
    int length = job.shape().responseBytes();
    while (true) {
      int n = channel.read(scratch.clear());
      if (n < 0) {
        return received == length ? Outcome.GOOD : Outcome.CUT_SHORT;
      }
      if (n == 0) {
        return Outcome.PENDING;
      }
      if (received + n > length || !answers.matches(scratch.flip(), job.seed() + received)) {
        return Outcome.CORRUPT;
      }
      received += n;
      if (received < length && n < scratch.capacity()) {
        // Most likely drained; the selector says so if not.
        return Outcome.PENDING;
      }
    }
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The peer was faster; the descriptor is released all the same.
    }
  }
}
