package io.tcpbalance;

import io.tcpbalance.admin.NewCode;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.bootstrap.Code;
import io.tcpbalance.config.UpgradeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which code may be loaded: jars below one of the directories that the configuration names, after
 * all symbolic links are followed.
 *
 * @param workDirectory for copies of it
 */
record AllowedCode(UpgradeSettings settings, Path workDirectory) {

  /**
   * The code that is asked for; it is not read yet.
   *
   * @throws UpgradeRefused if it may not be loaded, or there is none
   */
  Code of(NewCode asked) {
    List<Path> named = asked.directory().map(this::jarsIn).orElseGet(() -> paths(asked.jars()));
    List<Path> jars = named.stream().map(this::allowed).toList();
    return new Code(
        jars, asked.sha256().map(sums -> inOrder(sums, named)).orElse(List.of()), workDirectory);
  }

  /** The same code as it was once read. */
  Code again(List<Path> jars, List<String> sha256) {
    return new Code(jars, sha256, workDirectory);
  }

  private static List<Path> paths(List<String> jars) {
    return jars.stream().map(Path::of).toList();
  }

  private List<Path> jarsIn(String directory) {
    try (Stream<Path> files = Files.list(allowed(Path.of(directory)))) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw new UpgradeRefused("there is no jar in " + directory);
      }
      return jars;
    } catch (IOException e) {
      throw unreadable(directory, e);
    }
  }

  private Path allowed(Path named) {
    if (settings.allowedDirs().isEmpty()) {
      throw new UpgradeRefused(
          "the configuration allows no upgrade: name a directory in upgrade.allowed-dirs");
    }
    try {
      Path real = named.toRealPath();
      if (settings.allowedDirs().stream().anyMatch(allowed -> isBelow(allowed, real))) {
        return real;
      }
      throw new UpgradeRefused(real + " lies below none of upgrade.allowed-dirs");
    } catch (IOException e) {
      throw unreadable(named.toString(), e);
    }
  }

  private static boolean isBelow(Path allowed, Path real) {
    try {
      return real.startsWith(ConfigurationOption.home().resolve(allowed).toRealPath());
    } catch (IOException e) {
      return false; // One that does not exist allows nothing.
    }
  }

  private static UpgradeRefused unreadable(String path, IOException e) {
    return new UpgradeRefused(path + " cannot be read: " + e);
  }

  private static List<String> inOrder(Map<String, String> sums, List<Path> jars) {
    Set<String> unused = new TreeSet<>(sums.keySet());
    List<String> inOrder = new ArrayList<>();
    for (Path jar : jars) {
      String name = String.valueOf(jar.getFileName());
      String sum = sums.get(name);
      if (sum == null) {
        throw new UpgradeRefused("the sums say nothing of " + name);
      }
      inOrder.add(sum);
      unused.remove(name);
    }
    if (!unused.isEmpty()) {
      throw new UpgradeRefused("the sums name what is not there: " + String.join(", ", unused));
    }
    return inOrder;
  }
}
