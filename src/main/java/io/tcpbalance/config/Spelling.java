package io.tcpbalance.config;

import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** Guesses what a mistyped word was meant to be. */
final class Spelling {
  /** Nobody misspells a key that is longer; bounds the work on hostile input. */
  private static final int MAX_LENGTH = 100;

  private Spelling() {}

  /** What to tell somebody who used a word that is not among the known ones. */
  static String hint(String word, Collection<String> known) {
    return nearest(word, known)
        .map(nearest -> "did you mean \"" + nearest + "\"?")
        .orElseGet(() -> "known here: " + String.join(", ", known));
  }

  /** The nearest known word, where about a third of the letters or fewer would have to change. */
  static Optional<String> nearest(String word, Collection<String> known) {
    if (word.length() > MAX_LENGTH) {
      return Optional.empty();
    }
    int limit = Math.max(2, word.length() / 3);
    return known.stream()
        .filter(candidate -> distance(word, candidate) <= Math.min(limit, candidate.length() - 1))
        .min(Comparator.comparingInt(candidate -> distance(word, candidate)));
  }

  /** Levenshtein's: how many letters must be inserted, removed or replaced. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    int[] current = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, 1 + Math.min(previous[j], current[j - 1]));
      }
      int[] done = previous;
      previous = current;
      current = done;
    }
    return previous[b.length()];
  }
}
