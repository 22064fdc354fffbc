package io.tcpbalance.bootstrap;

/** Why code is not run, in a sentence. */
final class BadCodeException extends Exception {

  private static final long serialVersionUID = 1;

  BadCodeException(String message) {
    super(message);
  }
}
