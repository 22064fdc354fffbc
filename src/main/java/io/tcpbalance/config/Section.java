package io.tcpbalance.config;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigObject;
import com.typesafe.config.ConfigOrigin;
import com.typesafe.config.ConfigUtil;
import com.typesafe.config.ConfigValue;
import com.typesafe.config.ConfigValueType;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * A block {@code { key = value ... }} that is being read. A reader never throws for what it finds:
 * it records the problem and answers empty. A key that nobody asked for is unknown, see {@link
 * #rejectUnknownKeys}.
 *
 * <p>The block may be laid over others that hold its defaults. They are kept apart, rather than
 * merged, so that a problem is told of the line where it stands.
 */
final class Section {
  private static final Pattern WHOLE_NUMBER = Pattern.compile("-?[0-9]+");

  private final List<ConfigObject> layers;
  private final ConfigOrigin origin;
  private final String path;
  private final Problems problems;
  private final Set<String> known = new LinkedHashSet<>();

  /**
   * @param layers the block itself, then its defaults, the nearest first; none is not an error
   * @param origin where a missing key would have to be written
   */
  Section(List<ConfigObject> layers, ConfigOrigin origin, String path, Problems problems) {
    this.layers = List.copyOf(layers);
    this.origin = origin;
    this.path = path;
    this.problems = problems;
  }

  /** The same block over more defaults. */
  Section with(List<ConfigObject> defaults) {
    List<ConfigObject> all = Stream.concat(layers.stream(), defaults.stream()).toList();
    return new Section(all, origin, path, problems);
  }

  List<ConfigObject> layers() {
    return layers;
  }

  String path() {
    return path;
  }

  String path(String key) {
    return path.isEmpty() ? ConfigUtil.joinPath(key) : path + "." + ConfigUtil.joinPath(key);
  }

  ConfigOrigin origin() {
    return origin;
  }

  /** Where the key is set, or should be. */
  ConfigOrigin origin(String key) {
    return layers.stream()
        .filter(layer -> layer.containsKey(key))
        .map(layer -> layer.get(key).origin())
        .findFirst()
        .orElse(origin);
  }

  /** The keys of the block and of its defaults. */
  Set<String> keys() {
    Set<String> keys = new TreeSet<>();
    layers.forEach(layer -> keys.addAll(layer.keySet()));
    return keys;
  }

  void error(String key, String message) {
    problems.error(origin(key), path(key), message);
  }

  void error(String key, String message, String hint) {
    problems.error(origin(key), path(key), message, hint);
  }

  /** The value, if there is one and its substitutions are resolved. */
  Optional<ConfigValue> value(String key) {
    known.add(key);
    for (ConfigObject layer : layers) {
      ConfigValue value = layer.get(key);
      if (value != null) {
        return Values.isResolved(value, path(key), problems)
            ? Optional.of(value)
            : Optional.empty();
      }
    }
    return Optional.empty();
  }

  /** Whether it is set, to null even. */
  boolean has(String key) {
    return layers.stream().anyMatch(layer -> layer.containsKey(key));
  }

  /** Whether there is a value, fit or not, and not null. */
  boolean isSet(String key) {
    return value(key).filter(value -> value.valueType() != ConfigValueType.NULL).isPresent();
  }

  private Optional<ConfigValue> required(String key) {
    if (!has(key)) {
      known.add(key);
      problems.error(origin, path(key), "is missing");
    }
    return value(key);
  }

  /** A block within this one; without any line of its own it consists of its defaults. */
  Section section(String key) {
    List<ConfigObject> inner = new ArrayList<>();
    Optional<ConfigValue> first = value(key);
    if (first.isPresent() && !(first.get() instanceof ConfigObject)) {
      error(key, Values.wrongType("a block { ... }", first.get()));
    } else if (first.isPresent()) {
      for (ConfigObject layer : layers) {
        if (layer.get(key) instanceof ConfigObject object
            && Values.isResolved(object, path(key), problems)) {
          inner.add(object);
        }
      }
    }
    boolean readable = !inner.isEmpty() || !has(key);
    ConfigOrigin place = !layers.isEmpty() && layers.get(0).containsKey(key) ? origin(key) : origin;
    // What is no block has its problem already: do not add that all its keys are missing.
    return new Section(inner, place, path(key), readable ? problems : new Problems());
  }

  /** As text; numbers and the like are taken as they are written. */
  Optional<String> string(String key) {
    return required(key).flatMap(value -> Values.string(value, path(key), problems));
  }

  /** As {@link #string}, but the key may be absent, or null. */
  Optional<String> optionalString(String key) {
    return value(key)
        .filter(value -> value.valueType() != ConfigValueType.NULL)
        .flatMap(value -> Values.string(value, path(key), problems));
  }

  /**
   * What a text names: a relative path starts where the file is that says so.
   *
   * @param name the text of that key
   */
  Optional<Path> file(String key, String name) {
    try {
      return Optional.of(Path.of(Problems.file(origin(key))).resolveSibling(name));
    } catch (InvalidPathException e) {
      error(key, "cannot be a path: " + Values.quoted(name));
      return Optional.empty();
    }
  }

  Optional<Boolean> bool(String key) {
    return required(key)
        .flatMap(
            value -> Values.read(value, path(key), problems, "true or false", Config::getBoolean));
  }

  OptionalInt integer(String key, int min, int max) {
    Optional<Long> number =
        required(key).flatMap(value -> Values.integer(value, path(key), min, max, problems));
    return number.map(n -> OptionalInt.of(n.intValue())).orElse(OptionalInt.empty());
  }

  /** A number, or the word that stands for none; what is in error is none too. */
  OptionalInt integerOr(String word, String key, int min, int max) {
    Optional<Object> given = value(key).map(ConfigValue::unwrapped);
    // Of "off" the library makes false only when it is asked for a truth value; a file may say it.
    if (given.isPresent() && (given.get() instanceof String || given.get() instanceof Boolean)) {
      String text = given.get().equals(false) ? "off" : given.get().toString();
      if (text.equals(word)) {
        return OptionalInt.empty();
      }
      if (!WHOLE_NUMBER.matcher(text).matches()) {
        error(key, "must be " + word + " or a whole number, but is " + Values.quoted(text));
        return OptionalInt.empty();
      }
    }
    return integer(key, min, max);
  }

  /** A duration with its unit: a bare number would be milliseconds, which hardly anybody means. */
  Optional<Duration> duration(String key, Duration min, Duration max) {
    return required(key).flatMap(value -> Values.duration(value, path(key), min, max, problems));
  }

  /** A size such as {@code 256 MiB}, in bytes. */
  Optional<Long> bytes(String key, long min, long max) {
    return required(key).flatMap(value -> Values.bytes(value, path(key), min, max, problems));
  }

  /** One of the constants, written in lower case. */
  <E extends Enum<E>> Optional<E> oneOf(String key, Class<E> type) {
    return string(key).flatMap(word -> Values.constant(word, type, this, key));
  }

  Optional<ConfigList> list(String key) {
    Optional<ConfigValue> value = required(key);
    if (value.isPresent() && !(value.get() instanceof ConfigList)) {
      error(key, Values.wrongType("a list [ ... ]", value.get()));
    }
    return value.filter(ConfigList.class::isInstance).map(ConfigList.class::cast);
  }

  /** Knows the keys without reading them. */
  void allow(Collection<String> keys) {
    known.addAll(keys);
  }

  /** To be called when everything has been read. */
  void rejectUnknownKeys() {
    for (String key : keys()) {
      if (!known.contains(key)) {
        error(key, "unknown key", Spelling.hint(key, known));
      }
    }
  }
}
