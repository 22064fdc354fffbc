package io.tcpbalance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the block {@code upgrade { ... }}. Made for one configuration, used once. */
final class UpgradeReader {

  private static final int MAX_DIRS = 64;
  private static final Duration LONGEST_DRAIN = Duration.ofDays(30);

  private final Section upgrade;
  private final Problems problems;

  UpgradeReader(Section upgrade, Problems problems) {
    this.upgrade = upgrade;
    this.problems = problems;
  }

  UpgradeSettings read() {
    UpgradeSettings settings =
        new UpgradeSettings(
            allowedDirs(),
            upgrade.duration("drain-timeout", Duration.ZERO, LONGEST_DRAIN).orElse(LONGEST_DRAIN));
    upgrade.rejectUnknownKeys();
    return settings;
  }

  private List<Path> allowedDirs() {
    String key = "allowed-dirs";
    Optional<ConfigList> list = upgrade.list(key);
    if (list.isEmpty()) {
      return List.of();
    }
    if (list.get().size() > MAX_DIRS) {
      upgrade.error(
          key, "must be at most " + MAX_DIRS + " directories, but are " + list.get().size());
      return List.of();
    }
    List<Path> dirs = new ArrayList<>();
    for (int i = 0; i < list.get().size(); i++) {
      directory(list.get().get(i), upgrade.path(key) + "[" + i + "]").ifPresent(dirs::add);
    }
    return dirs;
  }

  private Optional<Path> directory(ConfigValue value, String path) {
    if (!Values.isResolved(value, path, problems)) {
      return Optional.empty();
    }
    Optional<String> text = Values.string(value, path, problems);
    try {
      if (text.isPresent() && text.get().isBlank()) {
        problems.error(value.origin(), path, "must be a directory, but is empty");
        return Optional.empty();
      }
      return text.map(Path::of);
    } catch (InvalidPathException e) {
      problems.error(value.origin(), path, "cannot be a path: " + Values.quoted(text.orElse("")));
      return Optional.empty();
    }
  }
}
