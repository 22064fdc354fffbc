package io.tcpbalance.console;

import java.time.Duration;

/**
 * What a line is answered with.
 *
 * @param text may have several lines, each of which ends with a line feed
 * @param next what the connection does after it
 * @param pause the time between
 * @param understood whether the line was one, by somebody who may say it
 */
record Answer(String text, Next next, Duration pause, boolean understood) {

  /** What a connection does after an answer. */
  enum Next {
    /** Takes the next line. */
    LISTEN,
    /** Asks for the same once more, unless something is typed during the pause. */
    REPEAT,
    /** Closes. */
    CLOSE
  }

  static Answer of(String text) {
    return new Answer(text, Next.LISTEN, Duration.ZERO, true);
  }

  static Answer goodbye(String text) {
    return new Answer(text, Next.CLOSE, Duration.ZERO, true);
  }

  static Answer repeatedly(String text, Duration interval) {
    return new Answer(text, Next.REPEAT, interval, true);
  }

  Answer asOfStranger() {
    return new Answer(text, next, pause, false);
  }

  static Answer misunderstood(String text) {
    return new Answer(text, Next.LISTEN, Duration.ZERO, false);
  }

  /** Whoever guesses has to wait before the next guess. */
  static Answer refused(String text, Next next, Duration pause) {
    return new Answer(text, next, pause, false);
  }
}
