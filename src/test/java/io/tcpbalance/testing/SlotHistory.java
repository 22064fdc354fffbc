package io.tcpbalance.testing;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which sessions began and ended to use which hosts, in order, as the hosts saw it; and whether any
 * host ever had more than it may. Any thread may call.
 */
public final class SlotHistory {

  /** One moment. */
  private record Moment(String host, long session, boolean begins) {
    @Override
    public String toString() {
      return (begins ? "+" : "-") + session + "@" + host;
    }
  }

  private static final int SHOWN = 20;

  private final List<Moment> moments = new ArrayList<>();

  public synchronized void begins(String host, long session) {
    moments.add(new Moment(host, session, true));
  }

  public synchronized void ends(String host, long session) {
    moments.add(new Moment(host, session, false));
  }

  /** How many sessions have begun. */
  public synchronized long begun() {
    return moments.stream().filter(Moment::begins).count();
  }

  /**
   * What is wrong with it; nothing if it is right.
   *
   * @param slots how many sessions each host may have at once
   */
  public synchronized List<String> faults(Map<String, Integer> slots) {
    List<String> faults = new ArrayList<>();
    Map<String, Set<Long>> there = new HashMap<>();
    for (int i = 0; i < moments.size(); i++) {
      Moment moment = moments.get(i);
      Set<Long> sessions = there.computeIfAbsent(moment.host, host -> new HashSet<>());
      boolean changes =
          moment.begins ? sessions.add(moment.session) : sessions.remove(moment.session);
      if (!changes) {
        faults.add(moment + " makes no sense after " + before(i));
      } else if (sessions.size() > slots.getOrDefault(moment.host, 0)) {
        faults.add(moment + " is one too many of " + sessions + " after " + before(i));
      }
    }
    return faults;
  }

  /** Writes one line for each moment: {@code +} begins, {@code -} ends, session, host. */
  public synchronized void appendTo(Path file, String title) throws IOException {
    try (BufferedWriter out =
        Files.newBufferedWriter(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      out.write("# " + title + "\n");
      for (Moment moment : moments) {
        out.write(moment + "\n");
      }
    }
  }

  private List<Moment> before(int index) {
    return moments.subList(Math.max(0, index - SHOWN), index);
  }
}
