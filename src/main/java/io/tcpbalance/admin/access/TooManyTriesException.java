package io.tcpbalance.admin.access;

/** Too many wrong tokens came lately: this one was not even looked at. */
public final class TooManyTriesException extends Exception {

  private static final long serialVersionUID = 1;

  TooManyTriesException() {
    super("too many wrong tokens came lately; wait a few seconds", null, false, false);
  }
}
