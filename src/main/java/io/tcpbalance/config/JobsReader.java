package io.tcpbalance.config;

import com.typesafe.config.ConfigList;
import com.typesafe.config.ConfigValue;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Reads the block {@code jobs { ... }} of a proxy. */
final class JobsReader {
  static final int MAX_PATTERNS = 1000;
  static final int MAX_PATTERN_LENGTH = 256;

  /** Preprocessed C++ has hundreds of kilobytes: with less, hardly any job could go elsewhere. */
  private static final long MIN_REQUEST_BYTES = 1L << 20;

  /** One request is never larger than what an array can hold. */
  private static final long MAX_REQUEST_BYTES = 1L << 30;

  private static final Duration SHORTEST = Duration.ofMillis(1);
  private static final Duration LONGEST_SILENCE = Duration.ofDays(1);
  private static final Duration LONGEST_JOB = Duration.ofDays(30);

  private final Section jobs;
  private final Problems problems;

  /**
   * @param proxy whose block {@code jobs} is read
   */
  JobsReader(Section proxy, Problems problems) {
    this.jobs = proxy.section("jobs");
    this.problems = problems;
  }

  JobSettings read() {
    JobSettings settings =
        new JobSettings(
            duration("receive-timeout", LONGEST_SILENCE),
            duration("job-timeout", LONGEST_JOB),
            duration("heartbeat-interval", LONGEST_SILENCE),
            jobs.integer("max-attempts", 1, JobSettings.MAX_ATTEMPTS).orElse(1),
            jobs.bytes("max-request-size", MIN_REQUEST_BYTES, MAX_REQUEST_BYTES)
                .orElse(MIN_REQUEST_BYTES),
            patterns("allowed-compilers"),
            patterns("forbidden-arguments"),
            jobs.oneOf("log", JobLogFormat.class).orElse(JobLogFormat.TEXT));
    jobs.rejectUnknownKeys();
    return settings;
  }

  private Duration duration(String key, Duration max) {
    return jobs.duration(key, SHORTEST, max).orElse(SHORTEST);
  }

  private List<String> patterns(String key) {
    return jobs.list(key).map(list -> patterns(key, list)).orElse(List.of());
  }

  private List<String> patterns(String key, ConfigList list) {
    if (list.size() > MAX_PATTERNS) {
      jobs.error(key, "must be at most " + MAX_PATTERNS + " patterns, but are " + list.size());
      return List.of();
    }
    List<String> patterns = new ArrayList<>();
    for (int i = 0; i < list.size(); i++) {
      String path = jobs.path(key) + "[" + i + "]";
      ConfigValue value = list.get(i);
      if (Values.isResolved(value, path, problems)) {
        Values.string(value, path, problems)
            .ifPresent(text -> patterns.add(checked(text, value, path)));
      }
    }
    return patterns;
  }

  private String checked(String pattern, ConfigValue value, String path) {
    if (pattern.isEmpty() || pattern.length() > MAX_PATTERN_LENGTH) {
      problems.error(
          value.origin(),
          path,
          "must have between 1 and %d characters, but has %d"
              .formatted(MAX_PATTERN_LENGTH, pattern.length()));
    }
    return pattern;
  }
}
