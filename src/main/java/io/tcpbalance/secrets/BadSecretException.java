package io.tcpbalance.secrets;

import java.nio.file.Path;

/** A file that cannot be used. Its message names the file and says why, without what is in it. */
public final class BadSecretException extends Exception {

  private static final long serialVersionUID = 1;

  private final transient Path file;

  BadSecretException(Path file, String reason) {
    super(file + " " + reason, null, false, false);
    this.file = file;
  }

  public Path file() {
    return file;
  }
}
