package io.tcpbalance.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigObject;
import java.util.Optional;

/**
 * The defaults that come with the program.
 *
 * <p>Ours stand in {@code reference.conf}. What we want otherwise than Pekko's authors does not:
 * the library merges all files of that name on the class path in no particular order, and theirs
 * might win. It stands in {@code tcpbalance-pekko.conf}.
 */
final class Shipped {
  private static final ClassLoader LOADER = Shipped.class.getClassLoader();

  /** Substitutions are not resolved. */
  static final Config REFERENCE =
      ConfigFactory.defaultReferenceUnresolved(LOADER).withOnlyPath("tcpbalance");

  private static final Config PEKKO = ConfigFactory.parseResources(LOADER, "tcpbalance-pekko.conf");

  private static final int MAX_MESSAGE = 120;

  private Shipped() {}

  /** System properties, then the user's block {@code pekko}, then ours, then Pekko's own. */
  static Config pekkoUnder(Config user) {
    Config block = user.hasPath("pekko") ? user.withOnlyPath("pekko") : ConfigFactory.empty();
    return ConfigFactory.load(LOADER, block.withFallback(PEKKO));
  }

  /** The same; what the user's block holds is compared with the types of Pekko's own settings. */
  static Config pekkoUnder(Optional<ConfigObject> block, Problems problems) {
    if (block.isEmpty()) {
      return WithoutUser.PEKKO;
    }
    Config config = pekkoUnder(block.get().atKey("pekko"));
    try {
      config.checkValid(ConfigFactory.defaultReference(LOADER), "pekko");
    } catch (ConfigException.ValidationFailed e) {
      for (ConfigException.ValidationProblem problem : e.problems()) {
        problems.error(problem.origin(), problem.path(), shortened(problem.problem()));
      }
    }
    return config;
  }

  /** The library names every key that a block can have. */
  private static String shortened(String message) {
    return message.length() > MAX_MESSAGE ? message.substring(0, MAX_MESSAGE) + "..." : message;
  }

  /** What most users get; made when it is first asked for, as it takes its time. */
  private static final class WithoutUser {
    static final Config PEKKO = pekkoUnder(ConfigFactory.empty());
  }
}
