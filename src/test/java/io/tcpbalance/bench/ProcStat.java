package io.tcpbalance.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/**
 * The processor time of one process with all of its threads, from {@code /proc/PID/stat}; see
 * proc(5).
 *
 * @param utimeTicks in user mode
 * @param stimeTicks in the kernel on its behalf
 */
public record ProcStat(long utimeTicks, long stimeTicks) {
  /** USER_HZ is 100 on every Linux that runs a JVM. */
  static final long US_PER_TICK = 10_000;

  /** Fields 14 and 15 of the line, counted after the command, which may hold blanks and ')'. */
  static ProcStat parse(String line) {
    int afterCommand = line.lastIndexOf(')');
    String[] fields =
        afterCommand < 0 ? new String[0] : line.substring(afterCommand + 1).split(" ");
    // fields[0] is the nothing before the blank, fields[1] is field 3, the state.
    if (fields.length < 14) {
      throw new IllegalArgumentException("not a /proc/PID/stat line: " + line);
    }
    return new ProcStat(Long.parseLong(fields[12]), Long.parseLong(fields[13]));
  }

  long cpuUs() {
    return (utimeTicks + stimeTicks) * US_PER_TICK;
  }

  /** What a process and its living descendants have used so far, in microseconds. */
  public static long cpuUsOfTree(ProcessHandle root) {
    return Stream.concat(Stream.of(root), root.descendants())
        .mapToLong(process -> cpuUsOf(process.pid()))
        .sum();
  }

  private static long cpuUsOf(long pid) {
    try {
      return parse(Files.readString(Path.of("/proc", Long.toString(pid), "stat"))).cpuUs();
    } catch (IOException e) {
      return 0; // It has ended between the listing and the reading.
    }
  }
}
