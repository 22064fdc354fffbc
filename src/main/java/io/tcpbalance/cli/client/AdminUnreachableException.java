package io.tcpbalance.cli.client;

/** There is no daemon to talk to; the message says what was tried and what to do. */
public final class AdminUnreachableException extends Exception {

  private static final long serialVersionUID = 1;

  AdminUnreachableException(String message) {
    super(message);
  }
}
