package io.tcpbalance.console;

import io.tcpbalance.balancer.Placement;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;

/** The words of one line, read one after the other. */
final class Words {

  private static final Pattern BLANKS = Pattern.compile("[ \t]+");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,18}");

  private final String line;
  private final List<String> words;
  private int next;

  Words(String line) {
    this.line = line;
    String stripped = line.strip();
    words = stripped.isEmpty() ? List.of() : Arrays.asList(BLANKS.split(stripped));
  }

  /** All of it, its verb too. */
  String line() {
    return line;
  }

  boolean areLeft() {
    return next < words.size();
  }

  /**
   * The next word.
   *
   * @param what it should be, as the usage calls it
   * @throws Misuse if there is none
   */
  String next(String what) {
    if (!areLeft()) {
      throw new Misuse(what + " is missing");
    }
    return words.get(next++);
  }

  /** The next word, in lower case, without taking it. */
  Optional<String> peek() {
    return areLeft() ? Optional.of(words.get(next).toLowerCase(Locale.ROOT)) : Optional.empty();
  }

  boolean isNumberNext() {
    return peek().filter(word -> NUMBER.matcher(word).matches()).isPresent();
  }

  /**
   * The next word, which must be a number.
   *
   * @throws Misuse if it is none, or out of range
   */
  long number(String what, long min, long max) {
    String word = next(what);
    if (!NUMBER.matcher(word).matches()
        || Long.parseLong(word) < min
        || Long.parseLong(word) > max) {
      throw new Misuse(what + " must be a number from " + min + " to " + max + ", not " + word);
    }
    return Long.parseLong(word);
  }

  /**
   * The next words, {@code after X} or {@code first}.
   *
   * @throws Misuse if they are something else
   */
  Placement placement() {
    String word = next("'after X' or 'first'").toLowerCase(Locale.ROOT);
    return switch (word) {
      case "first" -> new Placement.First();
      case "after" -> new Placement.After(next("X, the name of a back-end,"));
      default -> throw new Misuse("'after X' or 'first' must stand in the place of " + word);
    };
  }

  /**
   * That was all.
   *
   * @throws Misuse if there is more
   */
  void end() {
    if (areLeft()) {
      throw new Misuse(words.get(next) + " is a word too many");
    }
  }
}
