package io.tcpbalance.bench;

import java.nio.ByteBuffer;
import java.util.SplittableRandom;

/**
 * The bytes that requests and answers are made of. Every byte depends on its position, so that
 * bytes lost, repeated or swapped are seen; requests and answers differ, so that an echo is seen.
 *
 * <p>The bytes are shared and never change; an instance holds a view and belongs to one thread.
 */
final class JobPattern {
  /** The longest run of bytes that one call gives or checks, in bytes. */
  static final int MAX_RUN_BYTES = 256 * 1024;

  /** A prime: no whole number of buffers or pages, once lost, brings the pattern back in step. */
  private static final int PERIOD_BYTES = 1_048_573;

  private static final ByteBuffer REQUEST = generate(1);
  private static final ByteBuffer ANSWER = generate(2);

  private final ByteBuffer view;

  private JobPattern(ByteBuffer bytes) {
    view = bytes.duplicate();
  }

  static JobPattern ofRequests() {
    return new JobPattern(REQUEST);
  }

  static JobPattern ofAnswers() {
    return new JobPattern(ANSWER);
  }

  private static ByteBuffer generate(long seed) {
    byte[] period = new byte[PERIOD_BYTES];
    new SplittableRandom(seed).nextBytes(period);
    // The beginning stands once more behind the end, so that each run is one piece.
    return ByteBuffer.allocateDirect(PERIOD_BYTES + MAX_RUN_BYTES)
        .put(period)
        .put(period, 0, MAX_RUN_BYTES)
        .asReadOnlyBuffer();
  }

  /**
   * The bytes from a position on, at most {@link #MAX_RUN_BYTES} of them. The buffer is valid until
   * the next call.
   */
  ByteBuffer run(long position, int lengthBytes) {
    int start = (int) (position % PERIOD_BYTES);
    int length = Math.min(lengthBytes, MAX_RUN_BYTES);
    return view.clear().position(start).limit(start + length);
  }

  /** Whether what was received, at most {@link #MAX_RUN_BYTES}, is what belongs at a position. */
  boolean matches(ByteBuffer received, long position) {
    return received.mismatch(run(position, received.remaining())) < 0;
  }
}
