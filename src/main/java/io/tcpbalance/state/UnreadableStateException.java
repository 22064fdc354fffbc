package io.tcpbalance.state;

/** What is recorded cannot be understood; the message says why, for a person. */
public final class UnreadableStateException extends Exception {

  private static final long serialVersionUID = 1;

  UnreadableStateException(String message) {
    super(message);
  }
}
