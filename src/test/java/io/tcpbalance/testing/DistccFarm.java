package io.tcpbalance.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * A farm of real distccd processes on free loopback ports. Needs Debian's distcc, gcc and g++.
 *
 * <p>Used by one test thread. {@link #close} kills what is left and removes every file.
 */
public final class DistccFarm implements AutoCloseable {

  /**
   * A host to start.
   *
   * @param slots its {@code --jobs}: connections beyond it hang in its backlog
   * @param slowdown how many times as long as on this machine a compile takes; 1 is full speed
   * @param emulatedTime what each compile takes beside its own time, before it is slowed down: so
   *     that builds take their time, but not this machine's cores
   */
  public record Host(String name, int slots, int slowdown, Duration emulatedTime) {

    /** Whose compiles take only their own time. */
    public Host(String name, int slots, int slowdown) {
      this(name, slots, slowdown, Duration.ZERO);
    }
  }

  /** A host that was started: it listens on 127.0.0.1. */
  public record Endpoint(String name, int port, int slots) {}

  private final Path directory;
  private final Map<String, DistccHost> hosts = new LinkedHashMap<>();

  private DistccFarm(Path directory) {
    this.directory = directory;
  }

  /** Whether this machine has what a farm needs. */
  public static boolean isInstalled() {
    return Stream.of("/usr/bin/distccd", "/usr/bin/distcc", "/usr/lib/distcc/gcc")
        .allMatch(file -> Files.exists(Path.of(file)));
  }

  /** Returns when all hosts listen. */
  public static DistccFarm start(Host... hosts) throws IOException, InterruptedException {
    return start(false, hosts);
  }

  /** As {@link #start}; each host serves its statistics, too. */
  public static DistccFarm startWithStats(Host... hosts) throws IOException, InterruptedException {
    return start(true, hosts);
  }

  private static DistccFarm start(boolean stats, Host... hosts)
      throws IOException, InterruptedException {
    Path directory = Files.createTempDirectory("distcc-farm");
    // distccd works as a user of its own and has to get to its directories inside.
    Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwx--x--x"));
    DistccFarm farm = new DistccFarm(directory);
    try {
      for (Host host : hosts) {
        Path home = Files.createDirectory(directory.resolve(host.name()));
        farm.hosts.put(host.name(), DistccHost.start(host, home, stats));
      }
      for (DistccHost host : farm.hosts.values()) {
        host.awaitListening();
      }
      return farm;
    } catch (IOException | InterruptedException | RuntimeException | Error failure) {
      farm.close();
      throw failure;
    }
  }

  /** In the order they were given. */
  public List<Endpoint> hosts() {
    return hosts.values().stream()
        .map(host -> new Endpoint(host.host().name(), host.port(), host.host().slots()))
        .toList();
  }

  public int port(String name) {
    return host(name).port();
  }

  /** Where it serves its statistics, if it does. */
  public int statsPort(String name) {
    return host(name).statsPort();
  }

  /** As a loss of power, but for the sockets: SIGKILL to everything, running compilers too. */
  public void kill(String name) {
    host(name).kill();
  }

  /**
   * Starts hosts that were killed, on their ports; what they completed counts from 0. Returns when
   * all of them listen.
   */
  public void restart(String... names) throws IOException, InterruptedException {
    for (String name : names) {
      hosts.put(name, host(name).restart());
    }
    for (String name : names) {
      host(name).awaitListening();
    }
  }

  /** A host that hangs: SIGSTOP to everything; connects still succeed. */
  public void freeze(String name) throws IOException, InterruptedException {
    host(name).freeze();
  }

  public void thaw(String name) throws IOException, InterruptedException {
    host(name).thaw();
  }

  /** A host that can write no temporary file, as one whose disk is full. */
  public void forbidWriting(String name) throws IOException {
    host(name).setWritable(false);
  }

  public void allowWriting(String name) throws IOException {
    host(name).setWritable(true);
  }

  /** Jobs that the host's own log calls compiled; it writes that line after it has answered. */
  public int completedJobs(String name) {
    return host(name).completedJobs();
  }

  public void awaitCompletedJobs(String name, int count, Duration timeout)
      throws InterruptedException {
    host(name).awaitCompletedJobs(count, timeout);
  }

  @Override
  public void close() throws IOException {
    hosts.values().forEach(DistccHost::kill);
    try (Stream<Path> files = Files.walk(directory)) {
      files.sorted(Comparator.reverseOrder()).forEach(DistccFarm::delete);
    }
  }

  private static void delete(Path file) {
    try {
      Files.delete(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private DistccHost host(String name) {
    DistccHost host = hosts.get(name);
    if (host == null) {
      throw new IllegalArgumentException("no host '%s' among %s".formatted(name, hosts.keySet()));
    }
    return host;
  }
}
