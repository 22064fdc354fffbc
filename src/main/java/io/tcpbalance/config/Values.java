package io.tcpbalance.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigRenderOptions;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Single values of a configuration, as types with a range. What does not fit is recorded. */
final class Values {
  private static final int MAX_SHOWN = 60;
  private static final Pattern NUMBER_WITHOUT_UNIT = Pattern.compile("\\s*[+-]?[0-9.]+\\s*");

  private static final Pattern REFERENCE = Pattern.compile("\\$\\{[^}]*\\}");

  private Values() {}

  /** False, with a problem, where a substitution such as {@code ${farm}} stands for nothing. */
  static boolean isResolved(ConfigValue value, String path, Problems problems) {
    try {
      if (value.valueType() == ConfigValueType.OBJECT) {
        // An object that waits for a substitution knows its type, but not its keys.
        boolean unused = ((ConfigObject) value).isEmpty();
      }
      return true;
    } catch (ConfigException.NotResolved e) {
      problems.error(
          value.origin(),
          path,
          "refers to something that is not set: " + references(value),
          "write ${?NAME} for what may be absent");
      return false;
    }
  }

  /** The library renders whole stacks of values that wait to be merged. */
  private static String references(ConfigValue value) {
    return REFERENCE
        .matcher(value.render(ConfigRenderOptions.concise()))
        .results()
        .map(MatchResult::group)
        .distinct()
        .limit(5)
        .collect(Collectors.joining(", "));
  }

  static Optional<String> string(ConfigValue value, String path, Problems problems) {
    return read(value, path, problems, "a text", Config::getString);
  }

  static Optional<Long> integer(
      ConfigValue value, String path, long min, long max, Problems problems) {
    Optional<Long> number = wholeNumber(value);
    if (number.isEmpty()) {
      problems.error(value.origin(), path, wrongType("a whole number", value));
    }
    return number.filter(
        n -> isWithin(value, path, n >= min && n <= max, min + " and " + max, problems));
  }

  /** A number, or text that is one: what comes from the environment is text. */
  private static Optional<Long> wholeNumber(ConfigValue value) {
    Object plain = value.unwrapped();
    if (plain instanceof Double d && d == Math.rint(d) && Math.abs(d) < 1e15) {
      return Optional.of(d.longValue());
    }
    if (plain instanceof Integer || plain instanceof Long) {
      return Optional.of(((Number) plain).longValue());
    }
    try {
      return plain instanceof String s ? Optional.of(Long.parseLong(s.strip())) : Optional.empty();
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }

  static Optional<Duration> duration(
      ConfigValue value, String path, Duration min, Duration max, Problems problems) {
    if (NUMBER_WITHOUT_UNIT.matcher(String.valueOf(value.unwrapped())).matches()) {
      problems.error(
          value.origin(),
          path,
          "needs a unit, but is " + shown(value),
          "write " + String.valueOf(value.unwrapped()).strip() + "s for seconds");
      return Optional.empty();
    }
    return read(value, path, problems, "a duration such as 30s", Config::getDuration)
        .filter(
            duration ->
                isWithin(
                    value,
                    path,
                    duration.compareTo(min) >= 0 && duration.compareTo(max) <= 0,
                    shown(min) + " and " + shown(max),
                    problems));
  }

  static Optional<Long> bytes(
      ConfigValue value, String path, long min, long max, Problems problems) {
    return read(value, path, problems, "a size such as 256 MiB", Config::getBytes)
        .filter(
            size ->
                isWithin(
                    value,
                    path,
                    size >= min && size <= max,
                    (min >> 20) + " MiB and " + (max >> 20) + " MiB",
                    problems));
  }

  static <E extends Enum<E>> Optional<E> constant(
      String word, Class<E> type, Section section, String key) {
    List<E> constants = List.of(type.getEnumConstants());
    Optional<E> found = constants.stream().filter(c -> name(c).equals(word)).findFirst();
    if (found.isEmpty()) {
      String names = String.join(", ", constants.stream().map(Values::name).toList());
      section.error(key, "must be one of " + names + ", but is " + quoted(word));
    }
    return found;
  }

  /** As it is written in a configuration. */
  static String name(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT);
  }

  static <T> Optional<T> read(
      ConfigValue value, String path, Problems problems, String what, Getter<T> getter) {
    try {
      return Optional.of(getter.get(value.atKey("value"), "value"));
    } catch (ConfigException e) {
      problems.error(value.origin(), path, wrongType(what, value));
      return Optional.empty();
    }
  }

  private static boolean isWithin(
      ConfigValue value, String path, boolean within, String range, Problems problems) {
    if (!within) {
      problems.error(value.origin(), path, "must be between " + range + ", but is " + shown(value));
    }
    return within;
  }

  static String wrongType(String wanted, ConfigValue value) {
    return "must be " + wanted + ", but is " + shown(value);
  }

  /** The value as JSON, so control characters are escaped, and not too much of it. */
  static String shown(ConfigValue value) {
    return switch (value.valueType()) {
      case OBJECT -> "a block";
      case LIST -> "a list";
      case STRING -> quoted(String.valueOf(value.unwrapped()));
      default -> value.render(ConfigRenderOptions.concise());
    };
  }

  static String quoted(String text) {
    String head = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "..." : text;
    return ConfigUtil.quoteString(head);
  }

  /** In the largest unit that divides it, as it would be written. */
  private static String shown(Duration duration) {
    long ms = duration.toMillis();
    if (ms % 86_400_000 == 0 && ms > 0) {
      return ms / 86_400_000 + "d";
    }
    if (ms % 60_000 == 0 && ms > 0) {
      return ms / 60_000 + "m";
    }
    return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
  }

  /** Reads with the library, whose exceptions say that the value is not what is asked for. */
  interface Getter<T> {
    T get(Config config, String path) throws ConfigException;
  }
}
