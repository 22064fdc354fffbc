package io.tcpbalance.secrets;

import java.nio.file.Path;

/** A file that cannot be used. Its message names the file and says why, without what is in it. */
public final class BadSecretException extends Exception {

  private static final long serialVersionUID = 1;

  BadSecretException(Path file, String reason) {
    super(file + " " + reason);
  }
}
