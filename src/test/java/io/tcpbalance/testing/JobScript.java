package io.tcpbalance.testing;

import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;

/**
 * What a {@link FakeDistccd} does with one connection: it reads, waits, writes, and ends it. May be
 * used for any number of connections.
 */
public final class JobScript {
  private static final int OBJECT_BYTES = 10_000;

  /** What follows the last byte that is written. */
  enum End {
    CLOSE,
    RESET,
    /** As when an orphaned compiler has inherited the socket. */
    LEAVE_OPEN,
    /** The answer is never whole. */
    STALL
  }

  final Function<ReceivedJob, byte[]> answer;
  final End end;
  final long readAtMostBytes;
  final Duration time;
  final Optional<Hold> hold;

  private JobScript(
      Function<ReceivedJob, byte[]> answer,
      End end,
      long readAtMostBytes,
      Duration time,
      Optional<Hold> hold) {
    this.answer = answer;
    this.end = end;
    this.readAtMostBytes = readAtMostBytes;
    this.time = time;
    this.hold = hold;
  }

  /** Answers with these bytes. */
  public static JobScript answering(Function<ReceivedJob, byte[]> answer) {
    return new JobScript(answer, End.CLOSE, Long.MAX_VALUE, Duration.ZERO, Optional.empty());
  }

  public static JobScript compiled() {
    return compiled(OBJECT_BYTES);
  }

  public static JobScript compiled(int objectBytes) {
    return answering(job -> job.compiled(objectBytes));
  }

  /** The user's own error. */
  public static JobScript compileError(String message) {
    return failed(0x0100, message);
  }

  /**
   * A well-formed answer that says something else than success.
   *
   * @param status as wait(2) gives it: 0x6b00 for distccd's exit 107, 9 for a SIGKILL
   */
  public static JobScript failed(int status, String message) {
    return answering(job -> job.failed(status, message));
  }

  /** Takes the request and closes without a byte, as distccd does what it refuses. */
  public static JobScript closed() {
    return answering(job -> new byte[0]);
  }

  /** Takes the request and resets. */
  public static JobScript reset() {
    return closed().endingWith(End.RESET);
  }

  /** Resets after so many bytes of the request, which must be fewer than all of them. */
  public static JobScript resetAfter(long requestBytes) {
    return new JobScript(
        job -> new byte[0], End.RESET, requestBytes, Duration.ZERO, Optional.empty());
  }

  /** Closes after so many bytes of a good answer. */
  public static JobScript truncated(int bytes) {
    return answering(job -> Arrays.copyOf(job.compiled(OBJECT_BYTES), bytes));
  }

  /** Takes the request, sends so many bytes of a good answer, and then nothing. */
  public static JobScript stalled(int bytes) {
    return truncated(bytes).endingWith(End.STALL);
  }

  /** The same, but this long after the request was whole. */
  public JobScript taking(Duration compileTime) {
    return new JobScript(answer, end, readAtMostBytes, compileTime, hold);
  }

  /** The same, but only when the test lets it. */
  public JobScript heldBy(Hold by) {
    return new JobScript(answer, end, readAtMostBytes, time, Optional.of(by));
  }

  /** The same, but the connection stays open after the answer. */
  public JobScript leftOpen() {
    return endingWith(End.LEAVE_OPEN);
  }

  private JobScript endingWith(End other) {
    return new JobScript(answer, other, readAtMostBytes, time, hold);
  }
}
