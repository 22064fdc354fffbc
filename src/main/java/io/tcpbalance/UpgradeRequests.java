package io.tcpbalance;

import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.config.UpgradeSettings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Which code may be loaded, as far as who asks for it is concerned: what lies below one of the
 * directories that the configuration names, after all symbolic links are followed.
 *
 * @param upgrade is told the jars, when they may be
 */
record UpgradeRequests(
    Ground ground, UpgradeSettings settings, Function<List<Path>, CompletionStage<Integer>> upgrade)
    implements Upgrading {

  @Override
  public CompletionStage<Integer> upgrade(String directory) {
    try {
      return upgrade.apply(jars(allowed(Path.of(directory).toRealPath())));
    } catch (IOException e) {
      return refused("the directory " + directory + " cannot be read: " + e);
    } catch (UpgradeRefused e) {
      return CompletableFuture.failedStage(e);
    }
  }

  private Path allowed(Path directory) {
    if (settings.allowedDirs().isEmpty()) {
      throw new UpgradeRefused(
          "the configuration allows no upgrade: name a directory in upgrade.allowed-dirs");
    }
    for (Path allowed : settings.allowedDirs()) {
      try {
        if (directory.startsWith(ConfigurationOption.home().resolve(allowed).toRealPath())) {
          return directory;
        }
      } catch (IOException e) {
        // One that does not exist allows nothing.
      }
    }
    throw new UpgradeRefused(directory + " lies below none of upgrade.allowed-dirs");
  }

  private static List<Path> jars(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      List<Path> jars = files.filter(file -> file.toString().endsWith(".jar")).sorted().toList();
      if (jars.isEmpty()) {
        throw new UpgradeRefused("there is no jar in " + directory);
      }
      return jars;
    }
  }

  private static CompletionStage<Integer> refused(String reason) {
    return CompletableFuture.failedStage(new UpgradeRefused(reason));
  }

  /** To the one that served before the one that serves; it was let in then. */
  @Override
  public CompletionStage<Integer> rollBack() {
    return ground.generations().stream()
        .filter(g -> g.number() < ground.number() && hasServed(g))
        .max(Comparator.comparingInt(GenerationInfo::number))
        .map(before -> upgrade.apply(before.jars()))
        .orElseGet(() -> refused("there was no generation before this one"));
  }

  private static boolean hasServed(GenerationInfo generation) {
    return generation.state() == GenerationInfo.State.DRAINING
        || generation.state() == GenerationInfo.State.ENDED;
  }

  @Override
  public List<GenerationInfo> generations() {
    return ground.generations();
  }

  /** For a person. */
  static String reason(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = cause == null ? null : cause.getMessage();
    return message == null ? String.valueOf(cause) : message;
  }
}
