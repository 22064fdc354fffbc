package io.tcpbalance.config;

import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigOrigin;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Collects what is wrong, or odd, in one configuration, so that all of it is told at once. */
final class Problems {
  /** A generated file of 100,000 bad lines is not worth 100,000 messages. */
  static final int MAX_REPORTED = 200;

  private static final Pattern LINES_IN_DESCRIPTION = Pattern.compile(": [0-9]+(-[0-9]+)?");

  private final List<Problem> errors = new ArrayList<>();
  private final List<Problem> warnings = new ArrayList<>();
  private int unreported;

  void error(ConfigOrigin where, String path, String message) {
    error(problem(where, where.lineNumber(), path, message, Optional.empty()));
  }

  void error(ConfigOrigin where, String path, String message, String hint) {
    error(problem(where, where.lineNumber(), path, message, Optional.of(hint)));
  }

  /**
   * Where the library cannot go on; its messages begin with the place, which we print ourselves.
   */
  void error(ConfigException e, String whole) {
    String message = String.valueOf(e.getMessage());
    ConfigOrigin where = e.origin();
    if (where == null) {
      error(new Problem(whole, 0, "", message, Optional.empty()));
      return;
    }
    String place = where.description() + ": ";
    String told = message.startsWith(place) ? message.substring(place.length()) : message;
    error(problem(where, where.lineNumber(), "", told.strip(), Optional.empty()));
  }

  void error(Problem problem) {
    // A value that is looked at twice is told of once.
    if (errors.contains(problem)) {
      return;
    }
    if (errors.size() < MAX_REPORTED) {
      errors.add(problem);
    } else {
      unreported++;
    }
  }

  void warning(ConfigOrigin where, String path, String message) {
    if (warnings.size() < MAX_REPORTED) {
      warnings.add(problem(where, where.lineNumber(), path, message, Optional.empty()));
    }
  }

  boolean any() {
    return !errors.isEmpty();
  }

  List<String> warnings() {
    return warnings.stream().map(Problem::toString).toList();
  }

  void throwIfAny() throws InvalidSettingsException {
    if (unreported > 0) {
      errors.add(new Problem("", 0, "", "and " + unreported + " more", Optional.empty()));
    }
    if (!errors.isEmpty()) {
      throw new InvalidSettingsException(errors);
    }
  }

  static Problem problem(
      ConfigOrigin where, int line, String path, String message, Optional<String> hint) {
    return new Problem(file(where), Math.max(0, line), path, message, hint);
  }

  /** The name of the file, as it was given. */
  static String file(ConfigOrigin where) {
    @Nullable String name = where.filename();
    String file =
        name != null ? name : LINES_IN_DESCRIPTION.matcher(where.description()).replaceAll("");
    // SettingsLoader puts "./" before a bare name, for the sake of includes.
    return file.startsWith("./") ? file.substring(2) : file;
  }
}
