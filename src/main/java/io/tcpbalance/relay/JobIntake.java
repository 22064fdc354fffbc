package io.tcpbalance.relay;

import java.io.IOException;

/**
 * Takes in one client's request, as far as the memory for it is to be had. Belongs to the loop's
 * thread.
 */
final class JobIntake {

  private final Endpoint client;
  private final JobWire wire;
  private final JobMemory memory;
  private final JobMemory.Claim claim;
  private final MessageStore request;
  private JobWire.Request state = JobWire.Request.NEED_MORE;
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
  }

  /** Reads what has arrived; returns how many bytes that were, -1 at the end of the stream. */
  long read() throws IOException {
    long needed = Math.max(wire.announcedRequestBytes(), request.size() + 1);
    if (!memory.claim(claim, inChunks(needed))) {
      waitsForMemory = true;
      return 0;
    }
    long before = request.size();
    long count = request.readFrom(client.channel(), needed - before);
    if (count > 0) {
      request.show(
          before,
          piece -> {
            if (state == JobWire.Request.NEED_MORE) {
              state = wire.request(piece);
            }
            extraBytes |= piece.hasRemaining();
          });
    }
    return count;
  }

  /** Whether a whole request was followed by something: one connection has one job. */
  boolean hasExtraBytes() {
    return extraBytes && state == JobWire.Request.WHOLE;
  }

  /** The request, to be relayed as a stream from now on; it is not kept any more. */
  void moveTo(Backlog stream) {
    request.show(0, stream::append);
    discard();
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
