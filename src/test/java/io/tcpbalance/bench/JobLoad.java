package io.tcpbalance.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * Clients that send jobs and check the answers, so many at once, one connection a job. All of it is
 * the calling thread, and cheap: on a machine of two cores it must leave room for what is measured.
 */
public final class JobLoad {

  /** Says how long a load goes on, and hears how it goes; called by the load's thread. */
  public interface Conductor {
    /** Asked before each job. */
    boolean goesOn();

    /**
     * A job has ended.
     *
     * @param good answered in full, every byte right
     */
    void ended(boolean good);
  }

  /** Within a time. */
  private record Within(long beginNs, long durationNs) implements Conductor {
    @Override
    public boolean goesOn() {
      return System.nanoTime() - beginNs < durationNs;
    }

    @Override
    public void ended(boolean good) {}
  }

  private static final Duration STALL_TIMEOUT = Duration.ofSeconds(30);
  private static final Duration FOR_EVER = Duration.ofDays(1000);

  private final SocketAddress target;
  private final JobShape shape;
  private final int jobs;
  private final Conductor conductor;
  private final int concurrency;
  private final long stallNs;

  private final JobPattern requests = JobPattern.ofRequests();
  private final JobPattern answers = JobPattern.ofAnswers();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(JobPattern.MAX_RUN_BYTES);
  private final Map<String, Long> errorKinds = new TreeMap<>();
  private final Set<Integer> failedPorts = new HashSet<>();

  private long[] latenciesNs = new long[1024];
  private int started;
  private int inFlight;
  private int good;
  private int errors;
  private int corrupt;
  private long lastEndNs;

  private JobLoad(
      SocketAddress target,
      JobShape shape,
      int jobs,
      Conductor conductor,
      int concurrency,
      Duration stallTimeout) {
    if (jobs < 1 || concurrency < 1 || stallTimeout.toMillis() < 1) {
      throw new IllegalArgumentException("jobs, concurrency and time-out are to be positive");
    }
    this.target = target;
    this.shape = shape;
    this.jobs = jobs;
    this.conductor = conductor;
    this.concurrency = concurrency;
    stallNs = stallTimeout.toNanos();
  }

  /** So many jobs against loopback, giving up after 30 s in which none ended. */
  public static LoadResult run(int port, JobShape shape, int jobs, int concurrency)
      throws IOException {
    return run(loopback(port), shape, jobs, concurrency, STALL_TIMEOUT);
  }

  /**
   * So many jobs; returns when each has ended, one way or another. What goes wrong with a job is in
   * the result, not thrown.
   *
   * @param stallTimeout when no job ended for so long, those in flight are errors and no more start
   */
  public static LoadResult run(
      SocketAddress target, JobShape shape, int jobs, int concurrency, Duration stallTimeout)
      throws IOException {
    return new JobLoad(target, shape, jobs, within(FOR_EVER), concurrency, stallTimeout).run();
  }

  /** As many jobs as can start within a time, against loopback; returns when they have ended. */
  public static LoadResult runFor(Duration duration, int port, JobShape shape, int concurrency)
      throws IOException {
    SocketAddress target = loopback(port);
    return run(target, shape, within(duration), concurrency, STALL_TIMEOUT);
  }

  /** As many jobs as can start while the conductor lets them; returns when they have ended. */
  public static LoadResult run(
      SocketAddress target,
      JobShape shape,
      Conductor conductor,
      int concurrency,
      Duration stallTimeout)
      throws IOException {
    return new JobLoad(target, shape, Integer.MAX_VALUE, conductor, concurrency, stallTimeout)
        .run();
  }

  private static Conductor within(Duration duration) {
    return new Within(System.nanoTime(), duration.toNanos());
  }

  private static SocketAddress loopback(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  public static void main(String[] args) throws IOException {
    if (args.length < 4 || args.length > 8) {
      System.err.println(
          "usage: JobLoad HOST PORT JOBS CONCURRENCY [REQUEST_BYTES [RESPONSE_BYTES"
              + " [SERVICE_US [none|distcc]]]]");
      System.exit(64);
    }
    List<Integer> numbers = new ArrayList<>();
    Arrays.stream(args).limit(7).skip(1).map(Integer::valueOf).forEach(numbers::add);
    JobShape tiny = JobShape.tiny();
    JobShape shape =
        new JobShape(
            numbers.size() > 3 ? numbers.get(3) : tiny.requestBytes(),
            numbers.size() > 4 ? numbers.get(4) : tiny.responseBytes(),
            numbers.size() > 5 ? numbers.get(5) : tiny.serviceUs(),
            args.length > 7
                ? JobFraming.valueOf(args[7].toUpperCase(Locale.ROOT))
                : tiny.framing());
    SocketAddress target = new InetSocketAddress(args[0], numbers.get(0));
    LoadResult result = run(target, shape, numbers.get(1), numbers.get(2), STALL_TIMEOUT);
    System.out.println(result);
    System.exit(result.isClean() ? 0 : 1);
  }

  private LoadResult run() throws IOException {
    long beginNs = System.nanoTime();
    lastEndNs = beginNs;
    try (Selector selector = Selector.open()) {
      startJobs(selector);
      while (inFlight > 0) {
        long leftMs = (lastEndNs + stallNs - System.nanoTime()) / 1_000_000;
        if (leftMs <= 0) {
          giveUp(selector);
          break;
        }
        selector.select(this::advance, leftMs);
        startJobs(selector);
      }
    }
    return result((lastEndNs - beginNs) / 1e9);
  }

  private void startJobs(Selector selector) {
    while (inFlight < concurrency && mayStart()) {
      JobHeader job = new JobHeader(shape, seed(started));
      started++;
      try {
        JobFlight.start(target, job, selector, requests);
        inFlight++;
      } catch (IOException e) {
        fail(kind(e));
      }
    }
  }

  private boolean mayStart() {
    return started < jobs && conductor.goesOn();
  }

  /** Neighbours are far apart, all within 64 KiB, so that the pattern stays in the cache. */
  private static int seed(int number) {
    return (int) (number * 40_503L % 65_521);
  }

  private void advance(SelectionKey key) {
    JobFlight flight = (JobFlight) Objects.requireNonNull(key.attachment());
    JobFlight.Outcome outcome;
    try {
      outcome = flight.advance(key, scratch, requests, answers);
    } catch (IOException e) {
      failedPorts.add(flight.localPort());
      land(flight);
      fail(kind(e));
      return;
    }
    if (outcome == JobFlight.Outcome.PENDING) {
      return;
    }
    if (outcome != JobFlight.Outcome.GOOD) {
      failedPorts.add(flight.localPort());
    }
    land(flight);
    switch (outcome) {
      case GOOD -> succeed(lastEndNs - flight.startNs());
      case CORRUPT -> {
        corrupt++;
        conductor.ended(false);
      }
      default -> fail("answer cut short");
    }
  }

  private void land(JobFlight flight) {
    flight.close();
    inFlight--;
    lastEndNs = System.nanoTime();
  }

  private void giveUp(Selector selector) {
    for (SelectionKey key : selector.keys()) {
      if (key.isValid() && key.attachment() instanceof JobFlight flight) {
        failedPorts.add(flight.localPort());
        flight.close();
        inFlight--;
        fail("stalled");
      }
    }
  }

  private void succeed(long latencyNs) {
    if (good == latenciesNs.length) {
      latenciesNs = Arrays.copyOf(latenciesNs, 2 * good);
    }
    latenciesNs[good++] = latencyNs;
    conductor.ended(true);
  }

  private void fail(String kind) {
    errors++;
    conductor.ended(false);
    errorKinds.merge(kind, 1L, Long::sum);
  }

  private static String kind(IOException e) {
    String message = e.getMessage();
    return message == null ? e.getClass().getSimpleName() : message;
  }

  private LoadResult result(double seconds) {
    long[] sortedNs = Arrays.copyOf(latenciesNs, good);
    Arrays.sort(sortedNs);
    return new LoadResult(
        good,
        errors,
        corrupt,
        seconds,
        percentileUs(sortedNs, 50),
        percentileUs(sortedNs, 99),
        percentileUs(sortedNs, 100),
        errorKinds,
        failedPorts);
  }

  /** The nearest-rank percentile, in microseconds; 0 of nothing. */
  private static long percentileUs(long[] sortedNs, int percent) {
    if (sortedNs.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(sortedNs.length * (percent / 100.0));
    return sortedNs[rank - 1] / 1000;
  }
}
