package io.tcpbalance.bench.soak;

import io.tcpbalance.bench.JobLoad;
import io.tcpbalance.bench.JobShape;
import io.tcpbalance.bench.LoadResult;
import java.io.IOException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Clients of the proxy with {@code protocol = tcp}, who come in bursts with pauses between.
 *
 * @param jobs of a burst
 * @param concurrency how many of them at once
 * @param pauseMs after a burst
 */
record TcpClients(
    JobKind kind,
    JobShape shape,
    int jobs,
    int concurrency,
    int pauseMs,
    int port,
    Farm farm,
    Tally tally)
    implements Activity {

  private static final int SERVICE_US = 100_000;

  static TcpClients tiny(int port, Farm farm, Tally tally) {
    return new TcpClients(JobKind.TINY, JobShape.tiny(), 10, 5, 200, port, farm, tally);
  }

  static TcpClients shaped(int port, Farm farm, Tally tally) {
    JobShape shape = JobShape.distccShaped().withServiceUs(SERVICE_US);
    return new TcpClients(JobKind.SHAPED, shape, 12, 12, 1_000, port, farm, tally);
  }

  @Override
  public void run(CountDownLatch end) throws Exception {
    while (!end.await(pauseMs, TimeUnit.MILLISECONDS)) {
      burst();
    }
  }

  private void burst() throws IOException {
    int before = farm.deathsOver();
    LoadResult load = JobLoad.run(port, shape, jobs, concurrency);
    tally.done(kind, load.jobs());
    if (load.errors() > 0 && farm.hadDeathSince(before)) {
      tally.add(Tally.Event.LOST, load.errors());
    } else if (load.errors() > 0) {
      tally.fault(Tally.Event.ERROR, load.errors(), kind.word() + ": " + load);
    }
    if (load.corrupt() > 0) {
      tally.fault(Tally.Event.CORRUPT, load.corrupt(), kind.word() + ": " + load);
    }
  }
}
