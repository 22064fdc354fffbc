package io.tcpbalance.console;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * Cuts what a client sends into lines, and takes out what belongs to the telnet protocol (RFC 854,
 * 855): commands, option negotiation, sub-negotiation, doubled 255. Every option is refused, and
 * the only one that is asked for often, the timing mark, answered thereby. Belongs to one
 * connection.
 */
final class TelnetDecoder {

  /** In bytes, without its end: the longest token and its verb fit. */
  static final int LONGEST_LINE = 1024 + "auth ".length();

  private static final int SE = 240;
  private static final int BREAK = 243;
  private static final int INTERRUPT_PROCESS = 244;
  private static final int SB = 250;
  private static final int WILL = 251;
  private static final int WONT = 252;
  private static final int DO = 253;
  private static final int DONT = 254;
  private static final int IAC = 255;

  /** What was found, in order. */
  sealed interface Heard {}

  /** A line without its end, of LF or CRLF. What is no UTF-8 is U+FFFD. */
  record Line(String text) implements Heard {}

  /** What the protocol wants to be answered. */
  record Reply(ByteString bytes) implements Heard {}

  /** A line that is longer than a line may be. Nothing comes after it. */
  enum TooLong implements Heard {
    INSTANCE
  }

  /** The key that interrupts. */
  enum Interrupt implements Heard {
    INSTANCE
  }

  private enum State {
    TEXT,
    COMMAND,
    WILL_WHAT,
    DO_WHAT,
    SKIP_ONE,
    WITHIN_SUB,
    COMMAND_WITHIN_SUB
  }

  private final ByteArrayOutputStream line = new ByteArrayOutputStream();
  private State state = State.TEXT;

  /** What is found in these bytes and those before. */
  List<Heard> feed(ByteString bytes) {
    List<Heard> heard = new ArrayList<>();
    for (byte signed : bytes.toArray()) {
      take(signed & 0xff, heard);
      if (line.size() > LONGEST_LINE) {
        heard.add(TooLong.INSTANCE);
        break;
      }
    }
    return heard;
  }

  /** Whether a line has begun, whose end has not come. */
  boolean isWithinLine() {
    return line.size() > 0;
  }

  /** Takes what has come of a line for all of it. */
  Line cut() {
    String text = line.toString(StandardCharsets.UTF_8);
    line.reset();
    return new Line(text.endsWith("\r") ? text.substring(0, text.length() - 1) : text);
  }

  private void take(int b, List<Heard> heard) {
    switch (state) {
      case TEXT -> takeText(b, heard);
      case COMMAND -> takeCommand(b, heard);
      case WILL_WHAT -> {
        heard.add(reply(DONT, b));
        state = State.TEXT;
      }
      case DO_WHAT -> {
        heard.add(reply(WONT, b));
        state = State.TEXT;
      }
      case SKIP_ONE -> state = State.TEXT;
      case WITHIN_SUB -> state = b == IAC ? State.COMMAND_WITHIN_SUB : State.WITHIN_SUB;
      case COMMAND_WITHIN_SUB -> state = b == SE ? State.TEXT : State.WITHIN_SUB;
    }
  }

  private void takeText(int b, List<Heard> heard) {
    switch (b) {
      case IAC -> state = State.COMMAND;
      case '\n' -> heard.add(cut());
      case 0 -> {} // After a bare CR, says RFC 854; elsewhere it means nothing either.
      default -> line.write(b);
    }
  }

  private void takeCommand(int b, List<Heard> heard) {
    state =
        switch (b) {
          case WILL -> State.WILL_WHAT;
          case DO -> State.DO_WHAT;
          case WONT, DONT -> State.SKIP_ONE;
          case SB -> State.WITHIN_SUB;
          default -> State.TEXT;
        };
    if (b == IAC) {
      line.write(b);
    } else if (b == BREAK || b == INTERRUPT_PROCESS) {
      heard.add(Interrupt.INSTANCE);
    }
  }

  private static Reply reply(int answer, int option) {
    return new Reply(ByteString.fromArray(new byte[] {(byte) IAC, (byte) answer, (byte) option}));
  }
}
