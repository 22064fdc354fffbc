package io.tcpbalance.bench;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One job at the server: reading the request, pretending to compile, writing the answer. An end of
 * stream before the answer is out is an abort, as in distcc. Only the server's thread calls it.
 */
final class JobConnection {

  /** What a call led to. */
  enum Outcome {
    /** It waits for the network or for its due time. */
    PENDING,
    /** The request is whole and the service time begins; call {@link #answer} when it is over. */
    SERVING,
    /** The answer is written: the caller counts, then closes. */
    DONE,
    /** The peer has gone. */
    ABORTED,
    /** The request is not what it should be. */
    CORRUPT
  }

  private final SocketChannel channel;
  private final SelectionKey key;
  private final long number;
  private @Nullable ByteBuffer headerBytes;
  private @Nullable JobHeader header;

  /** What of the answer's framing is to be sent. */
  private ByteBuffer framing = ByteBuffer.allocate(0);

  /** The job's own bytes, as all counts here. */
  private long received;

  private long sent;
  private long dueNs;

  JobConnection(SocketChannel channel, SelectionKey key, long number) {
    this.channel = channel;
    this.key = key;
    this.number = number;
  }

  /** By which its server knows it. */
  long number() {
    return number;
  }

  /** When the service time is over, on the clock of {@link System#nanoTime}. */
  long dueNs() {
    return dueNs;
  }

  boolean isOpen() {
    return channel.isOpen();
  }

  /**
   * Reads all there is, to the end of the stream if that has arrived.
   *
   * @param scratch at most {@link JobPattern#MAX_RUN_BYTES}
   */
  Outcome read(ByteBuffer scratch, JobPattern requests) throws IOException {
    Outcome outcome = Outcome.PENDING;
    while (true) {
      int n = channel.read(scratch.clear());
      if (n < 0) {
        return Outcome.ABORTED;
      }
      if (n == 0) {
        return outcome;
      }
      scratch.flip();
      if (header == null && !takeHeader(scratch)) {
        return Outcome.CORRUPT;
      }
      if (header == null) {
        continue;
      }
      JobHeader job = header;
      boolean intact = requests.matches(scratch, job.seed() + received);
      received += scratch.remaining();
      if (!intact || received > job.shape().requestBytes()) {
        return Outcome.CORRUPT;
      }
      if (received == job.shape().requestBytes()) {
        dueNs = System.nanoTime() + job.shape().serviceUs() * 1000L;
        outcome = Outcome.SERVING;
        if (job.shape().serviceUs() == 0) {
          return outcome; // Answered and closed at once: there is no wait in which to leave.
        }
      }
    }
  }

  /**
   * Takes what belongs to the header and to its framing; false if that is now whole and is not one.
   */
  private boolean takeHeader(ByteBuffer scratch) {
    ByteBuffer bytes = headerBytes;
    if (bytes == null) {
      bytes = ByteBuffer.allocate(JobHeader.bytesWithFraming(scratch.get(0)));
      headerBytes = bytes;
    }
    while (bytes.hasRemaining() && scratch.hasRemaining()) {
      bytes.put(scratch.get());
    }
    if (bytes.hasRemaining()) {
      return true;
    }
    JobHeader job = JobHeader.takeFrom(bytes.flip()).orElse(null);
    if (job == null) {
      return false;
    }
    header = job;
    received = JobHeader.BYTES;
    framing = job.shape().framing().beforeAnswer(job.shape().responseBytes());
    return true;
  }

  /** Writes what the socket takes; the request must be whole. */
  Outcome answer(JobPattern answers) throws IOException {
    if (header == null) {
      throw new IllegalStateException("no request yet");
    }
    int length = header.shape().responseBytes();
    while (framing.hasRemaining() || sent < length) {
      ByteBuffer own = answers.run(header.seed() + sent, (int) (length - sent));
      int start = own.position();
      if (channel.write(new ByteBuffer[] {framing, own}) == 0) {
        key.interestOps(SelectionKey.OP_READ | SelectionKey.OP_WRITE);
        return Outcome.PENDING;
      }
      sent += own.position() - start;
    }
    return Outcome.DONE;
  }

  void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The peer was faster; the descriptor is released all the same.
    }
  }
}
