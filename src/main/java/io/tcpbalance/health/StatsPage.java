package io.tcpbalance.health;

import java.util.List;
import java.util.OptionalLong;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/** What distccd writes on its statistics page (distccd(1), {@code --stats}). */
final class StatsPage {

  /** Of more digits than any number of ours, so that what is too large shows as that. */
  private static final Pattern MAX_KIDS =
      Pattern.compile("^dcc_max_kids (-?[0-9]{1,18})\\r?$", Pattern.MULTILINE);

  private StatsPage() {}

  /**
   * How many jobs the host does at once ({@code distccd --jobs}), as the page says it: any number.
   * Empty where it does not say so, or says several: names of files, which clients choose, and of
   * processes stand on that page too, and may hold a line's end.
   */
  static OptionalLong maxKids(String page) {
    List<String> said =
        MAX_KIDS.matcher(page).results().map(StatsPage::number).distinct().limit(2).toList();
    return said.size() == 1 ? OptionalLong.of(Long.parseLong(said.get(0))) : OptionalLong.empty();
  }

  private static String number(MatchResult line) {
    return line.group(1);
  }
}
