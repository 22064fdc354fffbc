package io.tcpbalance.state;

import java.nio.file.Path;

/** The state directory belongs to another process; the message says which. */
public final class StateInUseException extends Exception {

  private static final long serialVersionUID = 1;

  StateInUseException(Path directory, String pid) {
    super(
        "state-dir "
            + directory
            + " is in use by a running daemon"
            + (pid.isEmpty() ? "" : " (process " + pid + ")"));
  }
}
