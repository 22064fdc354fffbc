package io.tcpbalance.console;

/** A line that cannot be done as it is. Its message says what to type instead. */
final class Misuse extends RuntimeException {

  private static final long serialVersionUID = 1;

  Misuse(String message) {
    super(message, null, false, false);
  }
}
