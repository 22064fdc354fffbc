package io.tcpbalance.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigResolveOptions;
import com.typesafe.config.ConfigResolver;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueFactory;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Puts in what {@code ${...}} stands for: another setting, else an environment variable. */
final class Substitutions {
  private Substitutions() {}

  /** What stands for nothing is left as it is, so that it is told of along with all else. */
  static Config resolve(Config config, Map<String, String> environment) {
    return config.resolve(options(environment).setAllowUnresolved(true));
  }

  /**
   * Throws, as the library does, if anything is left that stands for nothing: in a place that
   * nobody reads, for instance.
   */
  static void check(Config config, Map<String, String> environment) {
    if (!config.isResolved()) {
      config.resolve(options(environment));
    }
  }

  private static ConfigResolveOptions options(Map<String, String> environment) {
    return ConfigResolveOptions.noSystem().appendResolver(new Environment(environment));
  }

  private record Environment(Map<String, String> variables) implements ConfigResolver {
    @Override
    public @Nullable ConfigValue lookup(String path) {
      String value = variables.get(path);
      return value == null
          ? null
          : ConfigValueFactory.fromAnyRef(value, "environment variable " + path);
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return fallback == this ? this : new Chain(this, fallback);
    }
  }

  private record Chain(ConfigResolver first, ConfigResolver second) implements ConfigResolver {
    @Override
    public @Nullable ConfigValue lookup(String path) {
      ConfigValue value = first.lookup(path);
      return value != null ? value : second.lookup(path);
    }

    @Override
    public ConfigResolver withFallback(ConfigResolver fallback) {
      return new Chain(this, fallback);
    }
  }
}
