package io.tcpbalance.proxy;

import java.util.Arrays;
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

  private static <K> Map<K, LongAdder> adders(K[] keys) {
    return Arrays.stream(keys)
        .collect(Collectors.toUnmodifiableMap(Function.identity(), key -> new LongAdder()));
  }

  private static <K> Map<K, Long> sums(Map<K, LongAdder> adders) {
    return adders.entrySet().stream()
        .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, e -> e.getValue().sum()));
  }
}
