package io.tcpbalance.bench;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What stands at the start of a request, behind its framing: {@code JOB1} and four 32-bit
 * big-endian numbers.
 *
 * @param shape framing, lengths and service time
 * @param seed not negative; where in the pattern this job begins, so that two jobs in flight at the
 *     same time have different bytes and a proxy that mixes them up is caught
 */
record JobHeader(JobShape shape, int seed) {
  static final int BYTES = 20;

  private static final int MAGIC = 0x4a4f4231;

  /** How many bytes a request has up to the header's end if this is its first one. */
  static int bytesWithFraming(byte first) {
    return JobFraming.ofRequest(first).requestBytes() + BYTES;
  }

  /** The framing and {@link #BYTES} bytes. */
  ByteBuffer withFraming() {
    return ByteBuffer.allocate(shape.framing().requestBytes() + BYTES)
        .put(shape.framing().beforeRequest(shape.requestBytes()))
        .putInt(MAGIC)
        .putInt(shape.requestBytes())
        .putInt(shape.responseBytes())
        .putInt(shape.serviceUs())
        .putInt(seed)
        .flip();
  }

  /** Takes the framing and {@link #BYTES} bytes; empty if they are not a request's beginning. */
  static Optional<JobHeader> takeFrom(ByteBuffer in) {
    JobFraming framing = JobFraming.ofRequest(in.get(in.position()));
    ByteBuffer framed = in.slice(in.position(), framing.requestBytes());
    in.position(in.position() + framing.requestBytes());
    int magic = in.getInt();
    int requestBytes = in.getInt();
    int responseBytes = in.getInt();
    int serviceUs = in.getInt();
    int seed = in.getInt();
    if (magic != MAGIC
        || requestBytes < BYTES
        || responseBytes < 0
        || serviceUs < 0
        || seed < 0
        || !framed.equals(framing.beforeRequest(requestBytes))) {
      return Optional.empty();
    }
    JobShape shape = new JobShape(requestBytes, responseBytes, serviceUs, framing);
    return Optional.of(new JobHeader(shape, seed));
  }
}
