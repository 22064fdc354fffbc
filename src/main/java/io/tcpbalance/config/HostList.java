package io.tcpbalance.config;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * distcc's own host list, as in {@code DISTCC_HOSTS} and its hosts files: {@code
 * HOST[:PORT][/LIMIT][,OPTION...]}, fastest first, between blanks; {@code #} begins a comment. See
 * HOST SPECIFICATIONS in distcc(1). A LIMIT of {@code auto} is our own. {@code localhost} is taken
 * as a host like any other: what runs a compiler without a daemon is the client's business.
 */
public final class HostList {
  /** What distcc grants a host without a limit. */
  static final int DEFAULT_LIMIT = 4;

  private static final Pattern COMMENT = Pattern.compile("#.*");
  private static final Pattern LINE_END = Pattern.compile("\n");
  private static final Pattern BLANKS = Pattern.compile("\\s+");
  private static final Pattern COMMA = Pattern.compile(",");

  /** PORT and LIMIT in both of the orders that distcc takes. */
  private static final Pattern ENTRY =
      Pattern.compile(
          "(?<host>\\[[^\\]]*\\]|[^:/,\\[\\]]+)"
              + "(:(?<port>[0-9]{1,9}))?(/(?<limit>auto|[0-9]{1,9}))?(:(?<oldPort>[0-9]{1,9}))?"
              + "(,(?<options>.*))?");

  private HostList() {}

  /**
   * What a word says.
   *
   * @param port 0 where none is given
   * @param limit how many jobs at once
   * @param options behind the commas, which are the clients' business
   */
  public record Entry(String host, int port, SlotLimit limit, List<String> options) {
    public Entry {
      options = List.copyOf(options);
    }
  }

  /**
   * A word as it stands in the list.
   *
   * @param linesBelow how many lines of the list follow the word's
   */
  public record Word(String text, int linesBelow) {}

  /** The words of the list, comments left out. */
  public static List<Word> words(String list) {
    List<String> lines = LINE_END.splitAsStream(list).toList();
    int lineEnds = Math.toIntExact(list.chars().filter(c -> c == '\n').count());
    List<Word> words = new ArrayList<>();
    for (int i = 0; i < lines.size(); i++) {
      int below = lineEnds - i;
      String bare = COMMENT.matcher(lines.get(i)).replaceFirst("");
      BLANKS
          .splitAsStream(bare)
          .filter(word -> !word.isEmpty())
          .forEach(word -> words.add(new Word(word, below)));
    }
    return words;
  }

  /**
   * Reads one word.
   *
   * @throws IllegalArgumentException with the reason, where a proxy has no use for it
   */
  public static Entry parse(String word) {
    if (word.startsWith("--randomize")) {
      throw new IllegalArgumentException(
          "is not for a proxy: the order of the list is the order of preference, leave it out");
    }
    if (word.startsWith("--")) {
      throw new IllegalArgumentException(
          "is not for a proxy: leave it to the DISTCC_HOSTS of the clients");
    }
    if (word.startsWith("+")) {
      throw new IllegalArgumentException(
          "is not supported: name the hosts, hosts are not discovered");
    }
    if (word.indexOf('@') >= 0) {
      throw new IllegalArgumentException(
          "is not supported: hosts are reached over TCP, not ssh; let distccd listen, write"
              + " HOST/LIMIT");
    }
    Matcher entry = ENTRY.matcher(word);
    if (!entry.matches() || (entry.group("port") != null && entry.group("oldPort") != null)) {
      throw new IllegalArgumentException("must be HOST[:PORT][/LIMIT][,OPTIONS]");
    }
    String port = entry.group("port") != null ? entry.group("port") : entry.group("oldPort");
    String limit = entry.group("limit");
    String options = entry.group("options");
    return new Entry(
        Literals.withoutBrackets(entry.group("host")),
        port == null ? 0 : inRange("port", port, BackendSettings.MAX_PORT),
        limit == null ? SlotLimit.of(DEFAULT_LIMIT) : slotLimit(limit),
        options == null ? List.of() : COMMA.splitAsStream(options).toList());
  }

  private static SlotLimit slotLimit(String word) {
    return word.equals(SlotLimit.AUTO_WORD)
        ? SlotLimit.AUTO
        : SlotLimit.of(inRange("limit", word, BackendSettings.MAX_CONNECTIONS));
  }

  private static int inRange(String what, String digits, int max) {
    int value = Integer.parseInt(digits);
    if (value < 1 || value > max) {
      throw new IllegalArgumentException(
          "must have a " + what + " between 1 and " + max + ", but has " + value);
    }
    return value;
  }
}
