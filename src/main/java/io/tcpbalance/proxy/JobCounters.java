package io.tcpbalance.proxy;

import io.tcpbalance.metrics.Tallies;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Counts the jobs of one proxy over all lives of its actors. Any thread may call. */
final class JobCounters {

  private final Map<JobOutcome, LongAdder> finished = adders(JobOutcome.values());
  private final Map<ReplayReason, LongAdder> replays = adders(ReplayReason.values());

  void finished(JobOutcome outcome) {
    count(finished, outcome);
  }

  void replayed(ReplayReason reason) {
    count(replays, reason);
  }

  private static <K> void count(Map<K, LongAdder> adders, K key) {
    Objects.requireNonNull(adders.get(key), "every constant has one").increment();
  }

  JobCounts snapshot() {
    return new JobCounts(sums(finished), sums(replays));
  }

  /** The same as plain numbers. */
  Tallies tallies() {
    Map<String, List<Long>> numbers = new HashMap<>();
    adders().forEach((name, adder) -> numbers.put(name, List.of(adder.sum())));
    return new Tallies(numbers);
  }

  /** Counts what was counted elsewhere. */
  void add(Tallies others) {
    adders().forEach((name, adder) -> adder.add(others.number(name)));
  }

  private Map<String, LongAdder> adders() {
    Map<String, LongAdder> all = new HashMap<>();
    finished.forEach((outcome, adder) -> all.put("finished " + outcome.name(), adder));
    replays.forEach((reason, adder) -> all.put("replays " + reason.name(), adder));
    return all;
  }

  private static <K> Map<K, LongAdder> adders(K[] keys) {
    return Arrays.stream(keys)
        .collect(Collectors.toUnmodifiableMap(Function.identity(), key -> new LongAdder()));
  }

  private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
    return adders.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().sum()));
  }
}
