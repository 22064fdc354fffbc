package io.tcpbalance.admin;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The code that somebody wants to run.
 *
 * @param directory whose jars it is; empty: {@code jars} says it
 * @param jars absolute paths; none if there is a directory
 * @param sha256 by file name, in lower case; empty: it is not checked
 */
public record NewCode(
    Optional<String> directory, List<String> jars, Optional<Map<String, String>> sha256) {

  /** How many jars one can name. */
  public static final int MOST_JARS = 256;

  public NewCode {
    jars = List.copyOf(jars);
    sha256 = sha256.map(Map::copyOf);
  }

  /** For a person. */
  public String words() {
    return directory.orElseGet(() -> String.join(", ", jars));
  }
}
