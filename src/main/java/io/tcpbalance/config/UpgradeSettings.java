package io.tcpbalance.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * How the program's code may be replaced while it runs.
 *
 * @param allowedDirs below which directories new code may lie, as they are written; none: it is not
 *     replaced
 * @param drainTimeout how long sessions of the replaced code may go on
 */
public record UpgradeSettings(List<Path> allowedDirs, Duration drainTimeout) {

  public UpgradeSettings {
    allowedDirs = List.copyOf(allowedDirs);
  }
}
