package io.tcpbalance;

import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SettingsLoader;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code -c FILE}, the same for every command that reads the configuration. */
final class ConfigurationOption {

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The configuration. Default: conf/tcpbalance.conf of the installation.")
  private @Nullable Path file;

  LoadedSettings load() throws InvalidSettingsException {
    return SettingsLoader.load(file());
  }

  Path file() {
    return file == null ? home().resolve("conf").resolve("tcpbalance.conf") : file;
  }

  /** Where state is kept, if it is: a relative path starts at the installation. */
  static Optional<Path> stateDir(Settings settings) {
    return settings.stateDir().map(home()::resolve);
  }

  /**
   * Where code that replaces other code is kept while it runs. The state directory is this daemon's
   * alone; the system's directory for temporary files is cleared by age on many systems.
   */
  static Path codeDir(Settings settings) {
    return stateDir(settings).orElseGet(() -> Path.of(System.getProperty("java.io.tmpdir")));
  }

  /** Of the installation. */
  static Path home() {
    return Path.of(System.getProperty("tcpbalance.home", "."));
  }
}
