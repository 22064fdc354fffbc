package io.tcpbalance.bench.upgrade;

import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.JobScript;
import io.tcpbalance.testing.ReceivedJob;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * The clients of one proxy, 64 at a time for 14 slots of a host: fifty of them wait, always. Each
 * sends one small job, checks every byte of the answer, and comes again. They connect one after the
 * other, so there is an order in which they are to be served.
 *
 * <p>It is one host, since one of two whose thread has to wait for the processor would see its jobs
 * later than they came. It takes distcc's requests, which a proxy of the plain protocol passes on
 * as any others.
 */
public final class Crowd implements AutoCloseable {

  static final int CLIENTS = 64;
  static final int SLOTS = 14;

  /**
   * Those who are on their way to the host at once arrive there in any order, and those who have
   * come since the daemon looked last, who are no more than the slots either, are read in any
   * order. Somebody who lost his place would be overtaken by all who wait, which are more.
   */
  private static final int MOST_OVERTAKEN = 2 * SLOTS;

  private static final Duration SERVICE = Duration.ofMillis(80);
  private static final int REQUEST_BYTES = 2_000;
  private static final int ANSWER_BYTES = 2_000;

  private final String proxy;
  private final String protocol;
  private final FakeDistccd host;
  private final List<Thread> threads = new ArrayList<>();
  private final Order order = new Order(CLIENTS);
  private final ConcurrentLinkedQueue<Ended> ended = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<Throwable> failures = new ConcurrentLinkedQueue<>();
  private int lastNumber;
  private volatile boolean over;

  /**
   * Starts the host.
   *
   * @param proxy its name
   * @param protocol as in the configuration
   */
  public Crowd(String proxy, String protocol) throws IOException {
    this.proxy = proxy;
    this.protocol = protocol;
    JobScript script =
        JobScript.answering(
                job -> {
                  order.served(job.crc());
                  return job.compiled(ANSWER_BYTES);
                })
            .taking(SERVICE);
    host = FakeDistccd.start(SLOTS).otherwise(script);
  }

  /** The block of its proxy in a configuration. */
  public String configuration() {
    return """
        %s {
          protocol = %s
          listen { host = 127.0.0.1, port = 0 }
          health.check = none
          backends = [{ name = host, host = 127.0.0.1, port = %d, max-connections = %d }]
        }
        """
        .formatted(proxy, protocol, host.port(), SLOTS);
  }

  public String proxy() {
    return proxy;
  }

  /** The clients come from now on. */
  public void begin(int port) {
    for (int i = 0; i < CLIENTS; i++) {
      Thread thread = new Thread(() -> runJobs(port), proxy + "-client-" + i);
      thread.setDaemon(true);
      threads.add(thread);
      thread.start();
    }
  }

  private void runJobs(int port) {
    try {
      while (!over) {
        runJob(port);
      }
    } catch (IOException | AssertionError e) {
      failures.add(e);
    }
  }

  private void runJob(int port) throws IOException {
    JobClient client;
    long beganNs;
    synchronized (this) {
      int number = lastNumber++;
      byte[] request = JobClient.request(1, proxy + number, REQUEST_BYTES);
      order.comes(ReceivedJob.of(request).crc(), number);
      beganNs = System.nanoTime();
      client = JobClient.sent(port, request);
    }
    try (client) {
      client.expectCompiled();
    }
    ended.add(new Ended(beganNs, System.nanoTime()));
  }

  /** Returns when all who are there are served; no more come. */
  public void end() throws InterruptedException {
    over = true;
    for (Thread thread : threads) {
      thread.join();
    }
  }

  /** What a client saw of a job. */
  record Ended(long beganNs, long endedNs) {

    long tookNs() {
      return endedNs - beganNs;
    }
  }

  /** The jobs that have ended since the last call. */
  List<Ended> takeEnded() {
    List<Ended> taken = new ArrayList<>();
    for (Ended job = ended.poll(); job != null; job = ended.poll()) {
      taken.add(job);
    }
    return taken;
  }

  Order order() {
    return order;
  }

  /** Whatever happened that must not happen, in words. */
  public List<String> faults() {
    List<String> faults = new ArrayList<>();
    failures.forEach(failure -> faults.add(proxy + ": " + failure));
    if (host.violations() > 0) {
      faults.add(proxy + ": more jobs than slots, times: " + host.violations());
    }
    if (order.overtaken() > MOST_OVERTAKEN) {
      faults.add(proxy + ": somebody was overtaken by " + order.overtaken());
    }
    return faults;
  }

  /** How many jobs were served. */
  public int served() {
    return order.count();
  }

  @Override
  public void close() {
    over = true;
    host.close();
  }
}
