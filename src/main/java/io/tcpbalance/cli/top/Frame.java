package io.tcpbalance.cli.top;

import io.tcpbalance.cli.top.Farm.Host;
import io.tcpbalance.cli.top.Farm.Task;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jline.utils.AttributedString;
import org.jline.utils.AttributedStringBuilder;
import org.jline.utils.AttributedStyle;

/**
 * The picture of one farm, as lines that fit a window. Pure.
 *
 * @param node where it is, if not at the daemon that was asked
 * @param place of the proxy among all, 1 and up
 * @param places how many proxies there are
 * @param jobsPerSecond empty while it is not known
 * @param clock when it was so
 * @param trouble if what is shown is not up to date, why
 */
record Frame(
    Farm farm,
    Optional<String> node,
    int place,
    int places,
    OptionalDouble jobsPerSecond,
    String clock,
    Optional<String> trouble) {

  /** Summary, counts and heads above the hosts; queue and keys below. */
  private static final int OTHER_LINES = 5;

  private static final String KEYS = "q quit  arrows, PgUp, PgDn scroll  n, p proxy  space refresh";
  private static final String GAP = "  ";

  private static final AttributedStyle PLAIN = AttributedStyle.DEFAULT;
  private static final AttributedStyle BOLD = PLAIN.bold();
  private static final AttributedStyle GOOD = PLAIN.foreground(AttributedStyle.GREEN);
  private static final AttributedStyle MIDDLING = PLAIN.foreground(AttributedStyle.YELLOW);
  private static final AttributedStyle BAD = PLAIN.foreground(AttributedStyle.RED);
  private static final AttributedStyle FAINT = PLAIN.faint();

  /** How many hosts fit into a window of that height, one at least. */
  static int hostsIn(int height) {
    return Math.max(1, height - OTHER_LINES);
  }

  /**
   * The lines, none wider than the window.
   *
   * @param width of the window, in columns
   * @param height of the window, in lines
   * @param first the first host that is shown, 0 and up
   */
  List<AttributedString> lines(int width, int height, int first) {
    List<Host> hosts = farm.hosts();
    int from = Math.max(0, Math.min(first, hosts.size() - hostsIn(height)));
    int to = Math.min(hosts.size(), from + hostsIn(height));
    Columns columns = Columns.of(hosts, width);
    List<AttributedString> lines = new ArrayList<>();
    lines.add(summary());
    lines.add(counts());
    lines.add(columns.heads());
    hosts.subList(from, to).forEach(host -> lines.add(line(host, columns)));
    if (hosts.isEmpty()) {
      lines.add(new AttributedString("no back-end: clients wait until one is added", MIDDLING));
    }
    while (lines.size() < height - 2) {
      lines.add(AttributedString.EMPTY);
    }
    lines.add(queue());
    lines.add(new AttributedString(range(from, to) + KEYS, FAINT));
    return lines.stream().limit(height).map(line -> line.columnSubSequence(0, width)).toList();
  }

  /** All of it, for a window as high as it takes; without the keys. */
  List<String> text(int width) {
    int height = farm.hosts().size() + OTHER_LINES;
    List<AttributedString> lines = lines(width, Math.max(height, OTHER_LINES + 1), 0);
    return lines.subList(0, lines.size() - 1).stream()
        .map(line -> line.toString().stripTrailing())
        .toList();
  }

  private String range(int from, int to) {
    int all = farm.hosts().size();
    return to - from == all ? "" : "hosts " + (from + 1) + "-" + to + " of " + all + GAP;
  }

  private AttributedString summary() {
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.styled(BOLD, farm.name());
    node.ifPresent(name -> line.append(" at ").styled(BOLD, name));
    if (places > 1) {
      line.append(" (" + place + " of " + places + ")");
    }
    line.append(GAP + clock);
    trouble.ifPresent(words -> line.append(GAP).styled(BAD, "NOT UP TO DATE: " + words));
    if (!farm.accepting()) {
      line.append(GAP).styled(BAD, "accepts no clients");
    }
    if (!farm.stalled().isEmpty()) {
      line.append(GAP).styled(BAD, "gives no slots: " + farm.stalled());
    }
    line.append(GAP + farm.protocol() + " on " + farm.listen());
    return line.toAttributedString();
  }

  private AttributedString counts() {
    int slots = farm.hosts().stream().mapToInt(Host::slots).sum();
    int busy = farm.hosts().stream().mapToInt(h -> h.pending() + h.active()).sum();
    long up = farm.hosts().stream().filter(Frame::isUp).count();
    String rate =
        jobsPerSecond.isPresent()
            ? String.format(Locale.ROOT, "%.1f", jobsPerSecond.getAsDouble())
            : "-";
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.append("slots " + busy + "/" + slots + " busy" + GAP);
    line.styled(farm.waiting() > 0 ? MIDDLING : PLAIN, "waiting " + farm.waiting());
    line.append(GAP + "jobs/s " + rate + GAP + "jobs " + farm.finished() + GAP);
    line.styled(up < farm.hosts().size() ? BAD : PLAIN, "hosts up " + up);
    line.append("/" + farm.hosts().size());
    return line.toAttributedString();
  }

  private AttributedString queue() {
    AttributedStringBuilder line = new AttributedStringBuilder();
    if (farm.waiting() > 0) {
      line.styled(MIDDLING, "queue: ").append(tasks(farm.queue()));
    }
    return line.toAttributedString();
  }

  private static AttributedString line(Host host, Columns columns) {
    AttributedStringBuilder line = new AttributedStringBuilder();
    line.append(Columns.fitted(host.name(), columns.name())).append(GAP);
    line.styled(style(host), Columns.fitted(host.status(), Columns.STATUS)).append(GAP);
    line.append(cells(host, columns.slots())).append(GAP);
    line.append(Columns.right(Columns.busy(host), columns.busy())).append(GAP);
    line.append(Columns.right(String.valueOf(host.done()), columns.done())).append(GAP);
    line.append(tasks(host.tasks()));
    if (!isUp(host) && !host.lastError().isEmpty()) {
      line.append(host.tasks().isEmpty() ? "" : GAP).styled(style(host), host.lastError());
    }
    return line.toAttributedString();
  }

  private static boolean isUp(Host host) {
    return host.status().equals("up");
  }

  private static AttributedStyle style(Host host) {
    return isUp(host) ? GOOD : host.status().equals("failed") ? BAD : MIDDLING;
  }

  /** A cell a slot: {@code #} works, {@code +} connects, {@code .} is idle, {@code -} is shut. */
  private static AttributedString cells(Host host, int width) {
    AttributedStringBuilder cells = new AttributedStringBuilder();
    int open = isUp(host) ? host.slots() : 0;
    int shown = Math.min(Math.max(host.max(), host.pending() + host.active()), width);
    for (int i = 0; i < shown; i++) {
      if (i < host.active()) {
        cells.styled(GOOD, "#");
      } else if (i < host.active() + host.pending()) {
        cells.styled(MIDDLING, "+");
      } else {
        cells.styled(FAINT, i < open ? "." : "-");
      }
    }
    return cells.append(" ".repeat(width - shown)).toAttributedString();
  }

  private static String tasks(List<Task> tasks) {
    List<String> words = new ArrayList<>();
    for (Task task : tasks) {
      words.add(String.format(Locale.ROOT, "%s %.1fs", task.what(), task.ageMs() / 1000.0));
    }
    return String.join(", ", words);
  }
}
