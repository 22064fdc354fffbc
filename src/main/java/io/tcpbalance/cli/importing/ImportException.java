package io.tcpbalance.cli.importing;

/** What was given cannot be read at all; the message says where and why. */
public final class ImportException extends Exception {

  private static final long serialVersionUID = 1;

  ImportException(String message) {
    super(message);
  }
}
