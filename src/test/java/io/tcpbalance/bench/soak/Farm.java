package io.tcpbalance.bench.soak;

import io.tcpbalance.bench.JobServer;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.JobScript;
import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * The hosts of one proxy. They die one at a time, so that no job can meet three deaths, and come
 * back.
 */
final class Farm implements Closeable {
  static final int HOSTS = 4;
  static final int SLOTS = 3;

  private static final int LONGEST_LIFE_MS = 5_000;
  private static final int LONGEST_ABSENCE_MS = 4_000;
  private static final int SHORTEST_MS = 500;
  private static final Duration COMPILE_TIME = Duration.ofMillis(120);

  private record Jobs(JobServer server) implements Host.Service {
    @Override
    public int port() {
      return server.port();
    }

    @Override
    public long corrupt() {
      return server.corrupt();
    }

    @Override
    public void close() throws IOException {
      server.close();
    }
  }

  private record Compiles(FakeDistccd host) implements Host.Service {
    @Override
    public int port() {
      return host.port();
    }

    @Override
    public void close() {
      host.close();
    }
  }

  private final String proxy;
  private final List<Host> hosts = new ArrayList<>();
  private volatile int deathsBegun;
  private volatile int deathsOver;

  private Farm(String proxy, Host.Start start) throws IOException {
    this.proxy = proxy;
    for (int i = 1; i <= HOSTS; i++) {
      hosts.add(new Host(proxy + i, start));
    }
  }

  /** Before the proxy named tcp. */
  static Farm ofJobServers() throws IOException {
    return new Farm("tcp", port -> new Jobs(JobServer.start(port)));
  }

  /** Before the proxy named distcc. */
  static Farm ofCompileHosts() throws IOException {
    JobScript script = JobScript.compiled().taking(COMPILE_TIME);
    return new Farm(
        "distcc", port -> new Compiles(FakeDistccd.restart(SLOTS, port).otherwise(script)));
  }

  String proxy() {
    return proxy;
  }

  List<Host> hosts() {
    return List.copyOf(hosts);
  }

  /** For {@link #hadDeathSince}. */
  int deathsOver() {
    return deathsOver;
  }

  /**
   * Whether a host has been dying since then: a job that was under way may have gone down with it.
   *
   * @param over {@link #deathsOver} of that time
   */
  boolean hadDeathSince(int over) {
    return deathsBegun > over;
  }

  /** Lets hosts die and come back; all are back when it returns. */
  void live(Random random, Tally tally, CountDownLatch end) throws Exception {
    while (!end.await(SHORTEST_MS + random.nextInt(LONGEST_LIFE_MS), TimeUnit.MILLISECONDS)) {
      Host host = hosts.get(random.nextInt(hosts.size()));
      int number = deathsOver + 1;
      deathsBegun = number;
      host.die();
      deathsOver = number;
      tally.add(Tally.Event.DEATH, 1);
      int absenceMs = SHORTEST_MS + random.nextInt(LONGEST_ABSENCE_MS);
      boolean unused = end.await(absenceMs, TimeUnit.MILLISECONDS);
      host.comeBack();
    }
  }

  /** Requests that came to one of them with a wrong byte; not while it lives. */
  long corrupt() {
    return hosts.stream().mapToLong(Host::corrupt).sum();
  }

  @Override
  public void close() throws IOException {
    for (Host host : hosts) {
      host.close();
    }
  }
}
