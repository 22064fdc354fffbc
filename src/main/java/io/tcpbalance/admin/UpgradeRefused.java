package io.tcpbalance.admin;

/** Why the program's code was not replaced, in a sentence; all is as it was. */
public final class UpgradeRefused extends RuntimeException {

  private static final long serialVersionUID = 1;

  public UpgradeRefused(String message) {
    super(message, null, false, false);
  }
}
