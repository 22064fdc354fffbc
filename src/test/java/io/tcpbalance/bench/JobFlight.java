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

  /** The rest of the header and its framing. */
  private final ByteBuffer header;

  /** What of the answer's framing is to come. */
  private final ByteBuffer framing;

  /** The job's own bytes, header included. */
  private int sent = JobHeader.BYTES;

  private long received;

  private JobFlight(SocketChannel channel, JobHeader job) {
    this.channel = channel;
    this.job = job;
    header = job.withFraming();
    framing = job.shape().framing().beforeAnswer(job.shape().responseBytes());
  }

  /** Connects, as far as that goes at once, and registers itself as the key's attachment. */
  static JobFlight start(SocketAddress target, JobHeader job, Selector selector, JobPattern bytes)
      throws IOException {
    SocketChannel channel = SocketChannel.open();
    try {
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      JobFlight flight = new JobFlight(channel, job);
      // On loopback the handshake is over when connect returns: asking saves a turn of the
      // selector.
      boolean connected = channel.connect(target) || channel.finishConnect();
      boolean whole = connected && flight.send(bytes);
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
      key.interestOps(interest(true, send(requests)));
    }
    return key.isReadable() ? receive(scratch, answers) : Outcome.PENDING;
  }

  /**
   * Writes what the socket takes; true when the request is out. The header and what follows it go
   * out in one piece: a tiny job is one segment.
   */
  private boolean send(JobPattern bytes) throws IOException {
    int length = job.shape().requestBytes();
    while (header.hasRemaining() || sent < length) {
      ByteBuffer own = bytes.run(job.seed() + (long) sent, length - sent);
      int start = own.position();
      if (channel.write(new ByteBuffer[] {header, own}) == 0) {
        return false;
      }
      sent += own.position() - start;
    }
    return true;
  }

  private Outcome receive(ByteBuffer scratch, JobPattern answers) throws IOException {
    int length = job.shape().responseBytes();
    while (true) {
      int n = channel.read(scratch.clear());
      if (n < 0) {
        boolean whole = received == length && !framing.hasRemaining();
        return whole ? Outcome.GOOD : Outcome.CUT_SHORT;
      }
      if (n == 0) {
        return Outcome.PENDING;
      }
      boolean framed = takeFraming(scratch.flip());
      int own = scratch.remaining();
      if (!framed || received + own > length || !answers.matches(scratch, job.seed() + received)) {
        return Outcome.CORRUPT;
      }
      received += own;
      if (received < length && n < scratch.capacity()) {
        // Most likely drained; the selector says so if not.
        return Outcome.PENDING;
      }
    }
  }

  /** Takes what belongs to the answer's framing; false if that is not what it should be. */
  private boolean takeFraming(ByteBuffer in) {
    while (framing.hasRemaining() && in.hasRemaining()) {
      if (framing.get() != in.get()) {
        return false;
      }
    }
    return true;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The peer was faster; the descriptor is released all the same.
    }
  }
}
