package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * A host's answer to one job, fed as it arrives; it is whole at its last byte and not at the end of
 * the stream, which an orphaned compiler can hold open for seconds. Takes exactly the bytes of the
 * answer. Any split of the bytes gives the same result.
 *
 * <p>Limits no size: bodies are only counted. Before it keeps an answer, a session compares {@link
 * #announcedBytes} with the memory it has. For one thread at a time; one answer each.
 */
public final class ResponseParser {

  public enum State {
    NEED_MORE,
    COMPLETE,
    /** Not an answer to that request: see {@link #reason}. */
    MALFORMED
  }

  private static final int PUMP_VERSION = 3;
  private static final int FIRST_COMPRESSED_VERSION = 2;

  /** What wait(2) can give: an exit status and a signal. More would contradict the heart-beat. */
  private static final int MAX_WAIT_STATUS = 0xffff;

  /** How much of compressed messages is unpacked; a few bytes could claim any amount. */
  private static final int MAX_UNPACKED_BYTES = 1 << 20;

  private final int version;
  private final WireLimits limits;
  private final TokenReader tokens = new TokenReader(Token.DONE);
  private final KeptBytes messages = new KeptBytes();
  private State state = State.NEED_MORE;
  private @Nullable String reason;
  private long bytesTaken;
  private long bodyLeft;
  private int status = -1;
  private long errorBytes;
  private long outputBytes;
  private long objectBytes;
  private long dependencyBytes;

  /**
   * @param version the request's, as on the wire (0 to 3): the answer has to repeat it
   */
  public ResponseParser(int version, WireLimits limits) {
    this.version = version;
    this.limits = limits;
  }

  public State feed(ByteBuffer in) {
    while (state == State.NEED_MORE && in.hasRemaining()) {
      if (bodyLeft > 0) {
        readBody(in);
      } else {
        readToken(in);
      }
    }
    return state;
  }

  private void readToken(ByteBuffer in) {
    int before = in.position();
    long value = tokens.read(in);
    bytesTaken += in.position() - before;
    if (value == TokenReader.WRONG) {
      malformed(tokens.complaint(in.get(in.position())));
    } else if (value != TokenReader.INCOMPLETE) {
      onToken(tokens.token(), value);
    }
  }

  private void onToken(Token token, long value) {
    switch (token) {
      case DONE -> onVersion(value);
      case STAT -> onStatus(value);
      case SERR -> errorBytes = value;
      case SOUT -> outputBytes = value;
      case DOTO -> objectBytes = value;
      default -> dependencyBytes = value;
    }
    if (token != Token.DONE && token != Token.STAT) {
      bodyLeft = value;
      if (value == 0) {
        endBody();
      }
    }
  }

  private void onVersion(long value) {
    if (value != version) {
      malformed("expected the version of the request, " + version + ", found " + value);
      return;
    }
    tokens.expect(Token.STAT);
  }

  private void onStatus(long value) {
    if (value > MAX_WAIT_STATUS) {
      malformed("expected a wait status of at most 16 bits, found 0x" + Long.toHexString(value));
      return;
    }
    status = (int) value;
    tokens.expect(Token.SERR);
  }

  private void readBody(ByteBuffer in) {
    int count = (int) Math.min(bodyLeft, in.remaining());
    int end = in.position() + count;
    if (tokens.token() == Token.SERR && status != 0) {
      keepMessages(in, count);
    }
    in.position(end);
    bytesTaken += count;
    bodyLeft -= count;
    if (bodyLeft == 0) {
      endBody();
    }
  }

  /**
   * Compressed messages can only be read from their beginning; of others the end is kept, where a
   * compiler says what it died of.
   */
  private void keepMessages(ByteBuffer in, int count) {
    long done = errorBytes - bodyLeft;
    long wantedFrom = isCompressed() ? 0 : Math.max(0, errorBytes - limits.maxKeptErrorBytes());
    long wantedTo = wantedFrom + limits.maxKeptErrorBytes();
    long from = Math.max(done, wantedFrom);
    long to = Math.min(done + count, wantedTo);
    if (from < to) {
      in.position(in.position() + (int) (from - done));
      messages.append(in, (int) (to - from));
    }
  }

  private boolean isCompressed() {
    return version >= FIRST_COMPRESSED_VERSION;
  }

  private void endBody() {
    switch (tokens.token()) {
      case SERR -> tokens.expect(Token.SOUT);
      case SOUT -> tokens.expect(Token.DOTO);
      case DOTO -> onObjectEnd();
      default -> complete();
    }
  }

  private void onObjectEnd() {
    if (version == PUMP_VERSION && status == 0) {
      tokens.expect(Token.DOTD);
    } else {
      complete();
    }
  }

  private void complete() {
    state = State.COMPLETE;
  }

  private void malformed(String complaint) {
    state = State.MALFORMED;
    reason = "at offset " + bytesTaken + ": " + complaint;
  }

  public State state() {
    return state;
  }

  /** Why it is malformed, for the log: printable whatever the host sent. */
  public @Nullable String reason() {
    return reason;
  }

  public long bytesTaken() {
    return bytesTaken;
  }

  /** What was taken and what is still to come of the body being read. */
  public long announcedBytes() {
    return bytesTaken + bodyLeft;
  }

  /** What comes next, for the log of a host that stopped too early. */
  public String awaited() {
    if (bodyLeft > 0) {
      return bodyLeft + " bytes of " + tokens.token();
    }
    return state == State.COMPLETE ? "nothing" : "the token " + tokens.token();
  }

  /** The version of the request and of the answer, as on the wire. */
  public int version() {
    return version;
  }

  /** As wait(2) gives it: exit status × 256 + signal. -1: not known yet. */
  public int status() {
    return status;
  }

  /** The length of what the compiler wrote to its standard error, as sent. */
  public long errorBytes() {
    return errorBytes;
  }

  /** The length of what the compiler wrote to its standard output, as sent. */
  public long outputBytes() {
    return outputBytes;
  }

  /** The length of the object file, as sent. */
  public long objectBytes() {
    return objectBytes;
  }

  /** The length of the dependency file, as sent; v3 only. */
  public long dependencyBytes() {
    return dependencyBytes;
  }

  /**
   * What the compiler wrote to its standard error, unpacked, when the status is not 0; up to a
   * limit, see {@link WireLimits#maxKeptErrorBytes}. As the host sent it: escape it before showing.
   */
  public String errorText() {
    byte[] kept = messages.copy();
    byte[] plain = isCompressed() ? Lzo1x.unpack(kept, MAX_UNPACKED_BYTES) : kept;
    return new String(plain, UTF_8);
  }

  /** What is held of messages, for tests of its bound. */
  int keptBytes() {
    return messages.capacity();
  }
}
