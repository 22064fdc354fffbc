package io.tcpbalance.config;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One thing that is wrong in a configuration.
 *
 * @param file the file as it was named to us, an included one, or what else the text came from;
 *     empty if unknown
 * @param line 1 and up; 0 if unknown
 * @param path the setting, {@code tcpbalance.proxies.distcc.backends[2].port}; empty for the file
 * @param message what is wrong, a predicate of the path
 * @param hint what to do about it, if we know
 */
public record Problem(String file, int line, String path, String message, Optional<String> hint) {

  /** One line as compilers print it: {@code FILE:LINE: PATH: MESSAGE (HINT)}. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    if (!file.isEmpty()) {
      parts.add(line > 0 ? file + ":" + line : file);
    }
    if (!path.isEmpty()) {
      parts.add(path);
    }
    parts.add(message);
    return String.join(": ", parts) + hint.map(text -> " (" + text + ")").orElse("");
  }
}
