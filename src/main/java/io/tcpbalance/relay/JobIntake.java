package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Takes in one client's request, as far as the memory for it is to be had. Belongs to the loop's
 * thread.
 */
final class JobIntake {

  /** What a client has to send while others wait for the memory that it holds: 128 kbit/s. */
  private static final long LEAST_BYTES_PER_SECOND = 16 * 1024;

  private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final Endpoint client;
  private final JobWire wire;
  private final JobMemory memory;
  private final JobMemory.Claim claim;
  private final MessageStore request;
  private JobWire.Request state = JobWire.Request.NEED_MORE;
  private long claimedBytes;
  private boolean hoarding;
  private long hoardingSinceNanos;
  private long hoardedFromBytes;
  private boolean waitsForMemory;
  private boolean extraBytes;

  /**
   * @param memoryGranted called by any thread when a claim that waited is granted
   */
  JobIntake(Endpoint client, JobWire wire, JobChunks chunks, Runnable memoryGranted) {
    this.client = client;
    this.wire = wire;
    memory = chunks.memory();
    claim = new JobMemory.Claim(memoryGranted);
    request = new MessageStore(chunks);
  }

  JobWire.Request state() {
    return state;
  }

  MessageStore request() {
    return request;
  }

  /** Whether the client is to be read: not while the memory for what it sends is not to be had. */
  boolean mayRead() {
    return !waitsForMemory;
  }

  void memoryGranted() {
    waitsForMemory = false;
    hoarding = false;
  }

  /** Reads what has arrived; returns how many bytes that were, -1 at the end of the stream. */
  long read() throws IOException {
    long needed = Math.max(wire.announcedRequestBytes(), request.size() + 1);
    claimedBytes = inChunks(needed);
    if (!memory.claim(claim, claimedBytes)) {
      waitsForMemory = true;
      return 0;
    }
    long before = request.size();
    long count = request.readFrom(client.channel(), needed - before);
    if (count > 0) {
      parse(before);
    }
    return count;
  }

  /** Goes on with what another has read, whose memory is counted whether it is to be had or not. */
  void inherit(List<ByteBuffer> received) {
    received.forEach(request::append);
    claimedBytes = inChunks(request.size());
    memory.claimAnyway(claim, claimedBytes);
    parse(0);
  }

  private void parse(long from) {
    request.show(
        from,
        piece -> {
          if (state == JobWire.Request.NEED_MORE) {
            state = wire.request(piece);
          }
          extraBytes |= piece.hasRemaining();
        });
  }

  /** Whether a whole request was followed by something: one connection has one job. */
  boolean hasExtraBytes() {
    return extraBytes && state == JobWire.Request.WHOLE;
  }

  /**
   * Whether it holds memory that others wait for, and sends next to nothing: a few such clients
   * would keep everybody else from being served.
   */
  boolean hoards(long nowNanos) {
    boolean wanted = memory.waiting() > 0;
    if (!wanted || request.size() + JobChunks.CHUNK_BYTES >= claimedBytes) {
      hoarding = false;
      return false;
    }
    if (!hoarding) {
      hoarding = true;
      hoardingSinceNanos = nowNanos;
      hoardedFromBytes = request.size();
    }
    long nanos = nowNanos - hoardingSinceNanos;
    long least = TimeUnit.NANOSECONDS.toSeconds(nanos) * LEAST_BYTES_PER_SECOND;
    return nanos >= PATIENCE_NANOS && request.size() - hoardedFromBytes < least;
  }

  void discard() {
    request.clear();
    memory.release(claim);
  }

  private static long inChunks(long bytes) {
    long chunk = JobChunks.CHUNK_BYTES;
    return (bytes + chunk - 1) / chunk * chunk;
  }
}
