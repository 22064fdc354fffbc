package io.tcpbalance.distcc;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One job's request, fed as it arrives. Takes exactly the bytes of the request out of the buffers;
 * what is left in a buffer does not belong to it. Every call takes at least one byte, or the buffer
 * is empty, or the state is final. Any split of the bytes gives the same result.
 *
 * <p>Names and arguments are given as the client sent them: whoever shows them must escape them.
 * For one thread at a time; one request each.
 */
public final class RequestParser {

  /** Only {@link #NEED_MORE} takes bytes; {@link #TOO_LARGE} may be left, the others are final. */
  public enum State {
    NEED_MORE,
    /** The last byte of the request was taken. */
    COMPLETE,
    /**
     * Begins like GSSAPI authentication, which can be neither read nor replayed: relay it as plain
     * TCP or refuse it. No byte was taken.
     */
    PLAIN_TCP,
    /** Not distcc, a version we do not know, or beyond a limit of counts: see {@link #reason}. */
    MALFORMED,
    /**
     * Announced more than may be kept. Nothing of the body that was announced was taken, and {@link
     * #continueWithoutLimit} goes on, for a session that streams it.
     */
    TOO_LARGE
  }

  private static final int MAX_VERSION = 3;
  private static final int PUMP_VERSION = 3;
  private static final byte GSSAPI = '*';

  private final WireLimits limits;
  private final TokenReader tokens = new TokenReader(Token.DIST);
  private final KeptBytes text = new KeptBytes();
  private final CommandLine commandLine;
  private State state = State.NEED_MORE;
  private State stateBelowLimit = State.NEED_MORE;
  private boolean unlimited;
  private @Nullable String reason;
  private long bytesTaken;
  private int version = -1;
  private int argsLeft;
  private int fileCount;
  private int filesLeft;
  private long bodyLeft;
  private @Nullable String directory;

  /** Of any job. */
  public RequestParser(WireLimits limits) {
    this(limits, JobRules.NONE);
  }

  /** Tells by {@link #refusal} when the job breaks a rule; reads it in any case. */
  public RequestParser(WireLimits limits, JobRules rules) {
    this.limits = limits;
    commandLine = new CommandLine(limits, rules);
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

  /** From now on the size of the whole does not matter; leaves {@link State#TOO_LARGE}. */
  public State continueWithoutLimit() {
    unlimited = true;
    if (state == State.TOO_LARGE) {
      state = stateBelowLimit;
      reason = null;
    }
    return state;
  }

  private void readToken(ByteBuffer in) {
    if (bytesTaken == 0 && in.get(in.position()) == GSSAPI) {
      state = State.PLAIN_TCP;
      return;
    }
    int before = in.position();
    long value = tokens.read(in);
    bytesTaken += in.position() - before;
    if (value == TokenReader.WRONG) {
      malformed(tokens.complaint(in.get(in.position())));
    } else if (value != TokenReader.INCOMPLETE) {
      onToken(tokens.token(), value);
      checkSize();
    }
  }

  private void onToken(Token token, long value) {
    switch (token) {
      case DIST -> onVersion(value);
      case ARGC -> onArgumentCount(value);
      case NFIL -> onFileCount(value);
      case ARGV -> beginBody(value, commandLine.compiler() == null ? maxName() : maxArgument());
      case CDIR, NAME, LINK -> beginBody(value, maxName());
      default -> beginBody(value, Long.MAX_VALUE);
    }
  }

  private void onVersion(long value) {
    if (value > MAX_VERSION) {
      malformed("expected a protocol version from 0 to " + MAX_VERSION + ", found " + value);
      return;
    }
    version = (int) value;
    tokens.expect(version == PUMP_VERSION ? Token.CDIR : Token.ARGC);
  }

  private void onArgumentCount(long value) {
    // Without a compiler's name there is nothing to run: it would crash the worker that tries.
    if (value < 1 || value > limits.maxArgs()) {
      malformed("expected 1 to " + limits.maxArgs() + " arguments, found " + value);
      return;
    }
    argsLeft = (int) value;
    tokens.expect(Token.ARGV);
  }

  private void onFileCount(long value) {
    if (value > limits.maxFiles()) {
      malformed("expected at most " + limits.maxFiles() + " files, found " + value);
      return;
    }
    fileCount = (int) value;
    filesLeft = fileCount;
    nextFile();
  }

  private long maxName() {
    return limits.maxNameBytes();
  }

  private long maxArgument() {
    return limits.maxArgBytes();
  }

  private void beginBody(long length, long limit) {
    if (length > limit) {
      malformed("expected at most " + limit + " bytes of " + tokens.token() + ", found " + length);
      return;
    }
    bodyLeft = length;
    if (length == 0) {
      endBody();
    }
  }

  private void checkSize() {
    boolean counts = state == State.NEED_MORE || state == State.COMPLETE;
    if (counts && !unlimited && announcedBytes() > limits.maxRequestBytes()) {
      stateBelowLimit = state;
      state = State.TOO_LARGE;
      reason = at("more than " + limits.maxRequestBytes() + " bytes: " + announcedBytes());
    }
  }

  private void readBody(ByteBuffer in) {
    int count = (int) Math.min(bodyLeft, in.remaining());
    if (isWanted(tokens.token())) {
      text.append(in, count);
    } else {
      in.position(in.position() + count);
    }
    bytesTaken += count;
    bodyLeft -= count;
    if (bodyLeft == 0) {
      endBody();
    }
  }

  private static boolean isWanted(Token token) {
    return token == Token.ARGV || token == Token.CDIR;
  }

  private void endBody() {
    switch (tokens.token()) {
      case CDIR -> {
        directory = text.takeText();
        tokens.expect(Token.ARGC);
      }
      case ARGV -> onArgument(text.takeText());
      case NAME -> tokens.expect(Token.FILE, Token.LINK);
      case FILE, LINK -> {
        filesLeft--;
        nextFile();
      }
      default -> complete();
    }
  }

  private void onArgument(String argument) {
    commandLine.add(argument);
    argsLeft--;
    if (argsLeft > 0) {
      tokens.expect(Token.ARGV);
    } else {
      text.release();
      tokens.expect(version == PUMP_VERSION ? Token.NFIL : Token.DOTI);
    }
  }

  private void nextFile() {
    if (filesLeft > 0) {
      tokens.expect(Token.NAME);
    } else {
      complete();
    }
  }

  private void complete() {
    state = State.COMPLETE;
  }

  private void malformed(String complaint) {
    state = State.MALFORMED;
    reason = at(complaint);
    text.release();
  }

  private String at(String complaint) {
    return "at offset " + bytesTaken + ": " + complaint;
  }

  public State state() {
    return state;
  }

  /** Why it is malformed or too large, for the log: printable whatever the client sent. */
  public @Nullable String reason() {
    return reason;
  }

  /** How much of the request was taken so far. */
  public long bytesTaken() {
    return bytesTaken;
  }

  /**
   * The size up to which the request is announced: what was taken and what is still to come of the
   * body being read. Grows with each token, and is the whole size from DOTI's on (v1, v2) or the
   * last FILE's (v3). Memory for it is best reserved before the bytes are read.
   */
  public long announcedBytes() {
    return bytesTaken + bodyLeft;
  }

  /** What comes next, for the log of a client that left too early. */
  public String awaited() {
    if (bodyLeft > 0) {
      return bodyLeft + " bytes of " + tokens.token();
    }
    return state == State.COMPLETE ? "nothing" : "the token " + tokens.token();
  }

  /** As on the wire, 0 to 3; 0 means the same as 1 but is answered as 0. -1: not known yet. */
  public int version() {
    return version;
  }

  /** The first argument. */
  public @Nullable String compiler() {
    return commandLine.compiler();
  }

  /** The first argument that looks like a source file. */
  public @Nullable String inputFile() {
    return commandLine.inputFile();
  }

  public @Nullable String outputFile() {
    return commandLine.outputFile();
  }

  /** The arguments that came so far, the compiler first; see {@link #isArgvCut}. */
  public List<String> argv() {
    return commandLine.kept();
  }

  /** Whether arguments were left out of {@link #argv}, for the memory they would take. */
  public boolean isArgvCut() {
    return commandLine.isCut();
  }

  /**
   * Why the job must not go to a host, as soon as the argument is read that breaks a rule. The
   * client must be read to the end of its request before it is answered.
   */
  public Optional<JobRefusal> refusal() {
    return commandLine.refusal();
  }

  /** Where the compiler is to run; v3 only. */
  public @Nullable String directory() {
    return directory;
  }

  /** How many files and links it announced; v3 only. */
  public int fileCount() {
    return fileCount;
  }

  /** What is held for text that is not whole yet, for tests of its bound. */
  int scratchBytes() {
    return text.capacity();
  }
}
