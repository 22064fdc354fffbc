package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.Daemon;
import io.tcpbalance.testing.FakeDistccd;
import io.tcpbalance.testing.JobClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A real daemon with little memory, before more and larger jobs than it can keep at once. */
class ManyLargeJobsTest {

  private static final int REQUEST_BYTES = 5_000_000;
  private static final int DIFFERENT_REQUESTS = 20;

  @TempDir Path directory;

  @Test
  void servesMoreThanFitIntoTheBudget() throws Exception {
    serve(60, 16);
  }

  @Test
  @Tag("long")
  @Timeout(300)
  void serves500JobsOfFiveMegabytesWithABudgetOf64MebibytesAndASmallHeap() throws Exception {
    serve(500, 64);
  }

  /** The daemon has a heap, and so a direct memory, of 128 MB. */
  private void serve(int clients, int budgetMib) throws Exception {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try (FakeDistccd host = FakeDistccd.start(4);
        Daemon daemon = Daemon.of(configuration(host, budgetMib)).start()) {
      int port = daemon.port("farm");
      List<byte[]> requests = new ArrayList<>();
      for (int i = 0; i < DIFFERENT_REQUESTS; i++) {
        requests.add(JobClient.request(1 + i % 3, "large" + i, REQUEST_BYTES));
      }
      List<Future<?>> jobs = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        byte[] request = requests.get(i % DIFFERENT_REQUESTS);
        jobs.add(
            threads.submit(
                () -> {
                  JobClient.run(port, request);
                  return null;
                }));
      }
      awaitAll(jobs);

      assertEquals(clients, host.jobs().size());
      assertEquals(0, host.violations());
      assertEquals(0, host.aborted());
    } finally {
      threads.shutdownNow();
    }
  }

  private static void awaitAll(List<Future<?>> jobs)
      throws InterruptedException, ExecutionException {
    for (Future<?> job : jobs) {
      job.get();
    }
  }

  private Path configuration(FakeDistccd host, int budgetMib) throws IOException {
    return Files.writeString(
        directory.resolve("tcpbalance.conf"),
        """
        tcpbalance {
          admin.enabled = false
          console.enabled = false
          relay.memory = 32 MiB
          distcc.memory = %d MiB
          proxies.farm {
            protocol = distcc
            listen { host = 127.0.0.1, port = 0 }
            jobs.max-request-size = 8 MiB
            health.check = none # A probe would count as an aborted job.
            backends = [ { name = host, host = 127.0.0.1, port = %d, max-connections = 4 } ]
          }
        }
        """
            .formatted(budgetMib, host.port()));
  }
}
