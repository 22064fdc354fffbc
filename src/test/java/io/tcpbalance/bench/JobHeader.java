package io.tcpbalance.bench;

import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * What stands at the start of a request: {@code JOB1} and four 32-bit big-endian numbers.
 *
 * @param shape lengths and service time
 * @param seed not negative; where in the pattern this job begins, so that two jobs in flight at the
 *     same time have different bytes and a proxy that mixes them up is caught
 */
record JobHeader(JobShape shape, int seed) {
  static final int BYTES = 20;

  private static final int MAGIC = 0x4a4f4231;

  /** Puts {@link #BYTES} bytes. */
  void putInto(ByteBuffer out) {
    out.putInt(MAGIC)
        .putInt(shape.requestBytes())
        .putInt(shape.responseBytes())
        .putInt(shape.serviceUs())
        .putInt(seed);
  }

  /** Takes {@link #BYTES} bytes; empty if they are not a header. */
  static Optional<JobHeader> takeFrom(ByteBuffer in) {
    int magic = in.getInt();
    int requestBytes = in.getInt();
    int responseBytes = in.getInt();
    int serviceUs = in.getInt();
    int seed = in.getInt();
    if (magic != MAGIC || requestBytes < BYTES || responseBytes < 0 || serviceUs < 0 || seed < 0) {
      return Optional.empty();
    }
    return Optional.of(new JobHeader(new JobShape(requestBytes, responseBytes, serviceUs), seed));
  }
}
