package io.tcpbalance.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigParseOptions;
import com.typesafe.config.ConfigSyntax;
import com.typesafe.config.ConfigValue;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * Reads a configuration in HOCON: the user's {@code tcpbalance { ... }} over the defaults of {@code
 * reference.conf}, and his {@code pekko { ... }} over ours. Everything that is wrong is told at
 * once.
 */
public final class SettingsLoader {
  /** Of the file, in bytes, and of a text, in characters. */
  static final int MAX_LENGTH = 16 * 1024 * 1024;

  private final Map<String, String> environment;
  private final Problems problems = new Problems();

  /** Made for one configuration, used once. */
  private SettingsLoader(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Reads a file, and those that it includes. Substitutions may name environment variables. */
  public static LoadedSettings load(Path file) throws InvalidSettingsException {
    return new SettingsLoader(System.getenv()).read(file);
  }

  /**
   * Reads a text.
   *
   * @param origin what to call it in messages
   */
  public static LoadedSettings parse(String text, String origin) throws InvalidSettingsException {
    return parse(text, origin, System.getenv());
  }

  static LoadedSettings parse(String text, String origin, Map<String, String> environment)
      throws InvalidSettingsException {
    return new SettingsLoader(environment).read(text, origin);
  }

  /**
   * What an actor system is to be started with: system properties, then the given configuration,
   * then what we want otherwise than Pekko's authors, then Pekko's own defaults.
   *
   * @param user may hold a block {@code pekko}, its substitutions resolved; the rest is left out
   */
  public static Config actorSystemConfig(Config user) {
    return Shipped.pekkoUnder(user);
  }

  private LoadedSettings read(Path file) throws InvalidSettingsException {
    Optional<String> obstacle = obstacle(file);
    if (obstacle.isPresent()) {
      problems.error(new Problem(file.toString(), 0, "", obstacle.get(), Optional.empty()));
      problems.throwIfAny();
    }
    // The library finds what a file includes beside it only if its name has a directory.
    File named = file.getParent() == null ? new File(".", file.toString()) : file.toFile();
    return read(() -> ConfigFactory.parseFile(named, options(file.toString())), file.toString());
  }

  private static Optional<String> obstacle(Path file) {
    if (!Files.exists(file)) {
      return Optional.of("does not exist");
    }
    if (Files.isDirectory(file)) {
      return Optional.of("is a directory");
    }
    if (!Files.isReadable(file)) {
      return Optional.of("cannot be read: permission denied");
    }
    try {
      return Files.size(file) > MAX_LENGTH ? Optional.of(tooLong("bytes")) : Optional.empty();
    } catch (IOException e) {
      return Optional.of("cannot be read: " + e.getMessage());
    }
  }

  private LoadedSettings read(String text, String origin) throws InvalidSettingsException {
    if (text.length() > MAX_LENGTH) {
      problems.error(new Problem(origin, 0, "", tooLong("characters"), Optional.empty()));
      problems.throwIfAny();
    }
    return read(() -> ConfigFactory.parseString(text, options(origin)), origin);
  }

  private static String tooLong(String unit) {
    return "is too long: more than " + MAX_LENGTH + " " + unit;
  }

  private static ConfigParseOptions options(String origin) {
    return ConfigParseOptions.defaults()
        .setSyntax(ConfigSyntax.CONF)
        .setAllowMissing(false)
        .setOriginDescription(origin);
  }

  private LoadedSettings read(Supplier<Config> source, String name)
      throws InvalidSettingsException {
    try {
      Config user = Substitutions.resolve(source.get(), environment);
      Section file = new Section(List.of(user.root()), user.origin(), "", problems);
      Optional<ConfigObject> own = block(file, "tcpbalance");
      Optional<ConfigObject> pekko = block(file, "pekko");
      file.rejectUnknownKeys();
      Settings settings = settings(own, user.origin());
      if (!problems.any()) {
        Substitutions.check(user, environment);
        Config actorSystem = Shipped.pekkoUnder(pekko, problems);
        problems.throwIfAny();
        return new LoadedSettings(settings, problems.warnings(), actorSystem);
      }
    } catch (ConfigException e) {
      problems.error(e, name);
    } catch (StackOverflowError e) {
      // The library descends once for each level.
      problems.error(new Problem(name, 0, "", "is nested too deeply", Optional.empty()));
    }
    problems.throwIfAny();
    throw new AssertionError("neither settings nor a problem");
  }

  private static Optional<ConfigObject> block(Section file, String key) {
    Optional<ConfigValue> value = file.value(key);
    if (value.isPresent() && !(value.get() instanceof ConfigObject)) {
      file.error(key, Values.wrongType("a block { ... }", value.get()));
    }
    return value.filter(ConfigObject.class::isInstance).map(ConfigObject.class::cast);
  }

  private Settings settings(Optional<ConfigObject> own, ConfigOrigin file) {
    ConfigObject shipped =
        Substitutions.resolve(Shipped.REFERENCE, environment).getObject("tcpbalance");
    ConfigOrigin origin = own.map(ConfigValue::origin).orElse(file);
    return new SettingsReader(own, shipped, origin, problems).read();
  }
}
