package io.tcpbalance.cli.top;

import io.tcpbalance.cli.top.Farm.Host;
import java.util.List;
import java.util.function.Function;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStyle;

/** How wide the columns of the hosts are; what they compile gets the rest. */
record Columns(int name, int slots, int busy, int done, int width) {

  static final int STATUS = "draining".length();

  private static final int LEAST = 5;

  /** Columns as wide as their contents, within a window of that width. */
  static Columns of(List<Host> hosts, int width) {
    return new Columns(
            Math.min(longest(hosts, Host::name), Math.max(LEAST, width / 4)),
            Math.min(
                hosts.stream().mapToInt(Columns::cells).max().orElse(LEAST),
                Math.max(LEAST, width / 4)),
            longest(hosts, Columns::busy),
            longest(hosts, host -> String.valueOf(host.done())),
            width)
        .atLeast();
  }

  private Columns atLeast() {
    return new Columns(
        Math.max(LEAST, name),
        Math.max(LEAST, slots),
        Math.max(LEAST, busy),
        Math.max(LEAST, done),
        width);
  }

  private static int cells(Host host) {
    return Math.max(host.max(), host.pending() + host.active());
  }

  private static int longest(List<Host> hosts, Function<Host, String> text) {
    return hosts.stream().map(text).mapToInt(String::length).max().orElse(LEAST);
  }

  static String busy(Host host) {
    return (host.pending() + host.active()) + "/" + host.max();
  }

  AttributedString heads() {
    String heads =
        String.join(
            "  ",
            fitted("HOST", name),
            fitted("STATUS", STATUS),
            fitted("SLOTS", slots),
            right("BUSY", busy),
            right("JOBS", done),
            "WORKS ON");
    return new AttributedString(padded(heads, width), AttributedStyle.DEFAULT.inverse());
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(Math.max(0, width - text.length()));
  }

  /** Cut or padded; what is cut shows it. */
  static String fitted(String text, int width) {
    return text.length() > width ? text.substring(0, width - 1) + "~" : padded(text, width);
  }

  static String right(String text, int width) {
    return " ".repeat(Math.max(0, width - text.length())) + text;
  }
}
