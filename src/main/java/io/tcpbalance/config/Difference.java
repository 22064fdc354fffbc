package io.tcpbalance.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * One value that is another in newer settings. Found by the components of the records, so that no
 * key can be forgotten.
 *
 * @param key as the configuration writes it, such as {@code queue.max-length}
 * @param before what it was, for a person
 * @param now what it is, for a person
 */
public record Difference(String key, String before, String now) {

  private static final Pattern WORD_START = Pattern.compile("(?=[A-Z])");

  /** Of the settings of a proxy, all but its name and its back-ends. */
  public static List<Difference> between(ProxySettings before, ProxySettings now) {
    List<Difference> found = new ArrayList<>();
    collect("", before, now, Set.of("name", "backends"), found);
    return List.copyOf(found);
  }

  private static void collect(
      String prefix, Record before, Record now, Set<String> except, List<Difference> found) {
    for (RecordComponent component : before.getClass().getRecordComponents()) {
      Object was = value(component, before);
      Object is = value(component, now);
      String key = prefix + key(component.getName());
      if (was.equals(is) || except.contains(key)) {
        continue;
      }
      if (was instanceof Record record) {
        collect(key + ".", record, (Record) is, except, found);
      } else {
        found.add(new Difference(key, text(was), text(is)));
      }
    }
  }

  private static Object value(RecordComponent component, Record record) {
    try {
      return component.getAccessor().invoke(record);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new IllegalStateException("settings are public records: " + component, e);
    }
  }

  /** {@code maxRequestSizeBytes} is written {@code max-request-size}. */
  private static String key(String component) {
    String[] words = WORD_START.split(component.replaceFirst("Bytes$", ""));
    return String.join("-", words).toLowerCase(Locale.ROOT);
  }

  private static String text(Object value) {
    if (value instanceof Duration time) {
      long ms = time.toMillis();
      return ms % 1000 == 0 ? ms / 1000 + "s" : ms + "ms";
    }
    if (value instanceof List<?> list) {
      return list.stream().map(Difference::text).collect(Collectors.joining(", ", "[", "]"));
    }
    return value instanceof Enum<?> word ? word.name().toLowerCase(Locale.ROOT) : value.toString();
  }

  /** In words, without a subject. */
  @Override
  public String toString() {
    return key + " " + now + " (before: " + before + ")";
  }
}
