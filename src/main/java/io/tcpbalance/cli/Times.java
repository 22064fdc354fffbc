package io.tcpbalance.cli;

import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How durations are written, and read. */
public final class Times implements ITypeConverter<Duration> {

  private static final Pattern DURATION = Pattern.compile("([0-9]{1,9})(ms|s|m|h)");
  private static final long MINUTE_MS = 60_000;

  /** Such as {@code 12.3 s}, from a minute on {@code 4 min 10 s}. */
  public static String words(long ms) {
    return ms < MINUTE_MS
        ? String.format(Locale.ROOT, "%.1f s", ms / 1000.0)
        : ms / MINUTE_MS + " min " + ms % MINUTE_MS / 1000 + " s";
  }

  @Override
  public Duration convert(String text) {
    Matcher duration = DURATION.matcher(text);
    if (!duration.matches()) {
      throw new TypeConversionException(
          "'" + text + "' is no time: write 500ms, 10s, 5m or 1h, with its unit");
    }
    long number = Long.parseLong(duration.group(1));
    Duration time =
        switch (duration.group(2)) {
          case "ms" -> Duration.ofMillis(number);
          case "s" -> Duration.ofSeconds(number);
          case "m" -> Duration.ofMinutes(number);
          default -> Duration.ofHours(number);
        };
    if (time.isZero()) {
      throw new TypeConversionException("'" + text + "' is no time to wait");
    }
    return time;
  }
}
