package io.tcpbalance.metrics;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What was counted, as numbers under names, for who goes on counting in another version of the
 * program: a name that is not known there is left out.
 */
public record Tallies(Map<String, List<Long>> numbers) {

  /** Nothing was counted. */
  public static final Tallies NONE = new Tallies(Map.of());

  public Tallies {
    numbers = Map.copyOf(numbers);
  }

  /** A single number; 0 if it is missing. */
  public long number(String name) {
    List<Long> found = numbers.getOrDefault(name, List.of());
    return found.isEmpty() ? 0 : found.get(0);
  }

  /** These and those. */
  public Tallies with(Tallies others) {
    Map<String, List<Long>> all = new HashMap<>(numbers);
    all.putAll(others.numbers);
    return new Tallies(all);
  }

  /** What was counted since then. */
  public Tallies since(Tallies earlier) {
    Map<String, List<Long>> differences = new HashMap<>();
    numbers.forEach(
        (name, now) -> {
          List<Long> then = earlier.numbers.getOrDefault(name, List.of());
          List<Long> difference = new ArrayList<>();
          for (int i = 0; i < now.size(); i++) {
            difference.add(now.get(i) - (i < then.size() ? then.get(i) : 0));
          }
          differences.put(name, difference);
        });
    return new Tallies(differences);
  }
}
