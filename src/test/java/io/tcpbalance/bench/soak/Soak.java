package io.tcpbalance.bench.soak;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.testing.Api;
import io.tcpbalance.testing.JvmProbe;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * One daemon under mixed, paced load for minutes, while hosts die and come back, operators change
 * the pools and actors are killed. Whoever nobody harmed must be served right, and nothing may
 * grow. The table goes to standard output, errors to standard error.
 */
final class Soak {
  private static final int DEVELOPERS = 6;
  private static final int REST_TIMEOUT_S = 60;
  private static final int POLL_MS = 200;

  private final SoakOptions options;
  private final Farm servers;
  private final Farm compilers;
  private final SoakDaemon daemon;
  private final Api api;
  private final Tally tally = new Tally();
  private final Random seeds;
  private final CountDownLatch end = new CountDownLatch(1);
  private final List<Thread> threads = new ArrayList<>();
  private final List<Sample> samples = new ArrayList<>();

  private Soak(SoakOptions options, Farm servers, Farm compilers, SoakDaemon daemon)
      throws IOException {
    this.options = options;
    this.servers = servers;
    this.compilers = compilers;
    this.daemon = daemon;
    api = daemon.api();
    seeds = new Random(options.seed());
  }

  public static void main(String[] args) throws Exception {
    SoakOptions options;
    try {
      options = SoakOptions.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println("soak: " + e.getMessage() + "; see --help");
      System.exit(64);
      return;
    }
    boolean good = false;
    try (Farm servers = Farm.ofJobServers();
        Farm compilers = Farm.ofCompileHosts();
        SoakDaemon daemon = SoakDaemon.start(options, List.of(servers, compilers))) {
      good = new Soak(options, servers, compilers, daemon).run();
    } catch (IOException e) {
      System.err.println("soak: " + e);
    }
    System.exit(good ? 0 : 1);
  }

  private boolean run() throws Exception {
    System.out.printf(
        "# %d minutes, seed %d, JDK %s, daemon's %s%n",
        options.minutes(), options.seed(), Runtime.version(), SoakDaemon.JVM_OPTIONS);
    System.out.println(Sample.header());
    startAll();
    try (JvmProbe probe = JvmProbe.attach(daemon.pid())) {
      sample(probe);
    } catch (IOException e) {
      throw daemon.isEnding() ? new IOException("the daemon ended:\n" + daemon.lastWords(), e) : e;
    } finally {
      stopAll();
    }
    awaitRest();
    checkHosts();
    for (String line : daemon.loggedErrors()) {
      tally.fault(Tally.Event.ERROR, 1, "the daemon logged " + line);
    }
    Verdict verdict = new Verdict(samples);
    System.out.println(verdict.table());
    boolean good = tally.isClean() && verdict.isFlat();
    System.out.printf(
        "errors %d, corrupt %d: %s%n",
        tally.count(Tally.Event.ERROR),
        tally.count(Tally.Event.CORRUPT),
        good ? "good" : "NOT GOOD");
    return good;
  }

  private void startAll() throws IOException {
    start("tiny", TcpClients.tiny(daemon.port(servers.proxy()), servers, tally));
    start("shaped", TcpClients.shaped(daemon.port(servers.proxy()), servers, tally));
    int port = daemon.port(compilers.proxy());
    for (int i = 1; i <= DEVELOPERS; i++) {
      start("developer-" + i, new CompileClient(i, port, random(), tally));
    }
    for (Farm farm : List.of(servers, compilers)) {
      Random deaths = random();
      start("hosts-" + farm.proxy(), over -> farm.live(deaths, tally, over));
      start("operator-" + farm.proxy(), new Operator(farm, api, random(), tally));
    }
    start("killer", new ActorKiller(List.of(servers, compilers), api, random(), tally));
  }

  private Random random() {
    return new Random(seeds.nextLong());
  }

  private void start(String name, Activity activity) {
    Thread thread = new Thread(() -> run(name, activity), name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void run(String name, Activity activity) {
    try {
      activity.run(end);
    } catch (Exception e) {
      tally.fault(Tally.Event.ERROR, 1, name + " ended: " + e);
    }
  }

  private void stopAll() throws InterruptedException {
    end.countDown();
    for (Thread thread : threads) {
      thread.join();
    }
  }

  private void sample(JvmProbe probe) throws IOException, InterruptedException {
    long beginNs = System.nanoTime();
    long intervalNs = options.interval().toNanos();
    long count = TimeUnit.MINUTES.toNanos(options.minutes()) / intervalNs;
    for (int i = 1; i <= count; i++) {
      long leftNs = beginNs + i * intervalNs - System.nanoTime();
      boolean unused = end.await(leftNs, TimeUnit.NANOSECONDS);
      Sample sample =
          Sample.of(
              TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - beginNs),
              tally,
              replays(),
              probe.vitals(),
              daemon.residentBytes());
      samples.add(sample);
      System.out.println(sample.line());
    }
  }

  private long replays() throws IOException, InterruptedException {
    long sum = 0;
    for (JsonNode count : api.get("/api/v1/proxies/" + compilers.proxy()).at("/jobs/replays")) {
      sum += count.longValue();
    }
    return sum;
  }

  /** Without clients every slot is free: none was lost on the way. */
  private void awaitRest() throws IOException, InterruptedException {
    CountDownLatch never = new CountDownLatch(1);
    long deadlineNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(REST_TIMEOUT_S);
    long used = used();
    while (used > 0 && System.nanoTime() - deadlineNs < 0) {
      boolean unused = never.await(POLL_MS, TimeUnit.MILLISECONDS);
      used = used();
    }
    if (used > 0) {
      tally.fault(Tally.Event.ERROR, used, used + " slots or waiters without clients");
    }
  }

  private long used() throws IOException, InterruptedException {
    long used = 0;
    for (JsonNode proxy : api.get("/api/v1/proxies")) {
      used += proxy.get("waiting").longValue();
      for (JsonNode backend : proxy.get("backends")) {
        used += backend.get("pending").longValue() + backend.get("active").longValue();
      }
    }
    return used;
  }

  private void checkHosts() {
    long corrupt = servers.corrupt() + compilers.corrupt();
    if (corrupt > 0) {
      tally.fault(Tally.Event.CORRUPT, corrupt, corrupt + " requests were wrong at their hosts");
    }
    long most = tally.count(Tally.Event.DEATH) * Farm.SLOTS;
    if (tally.count(Tally.Event.LOST) > most) {
      tally.fault(Tally.Event.ERROR, 1, "more jobs were lost than dead hosts had slots");
    }
  }
}
