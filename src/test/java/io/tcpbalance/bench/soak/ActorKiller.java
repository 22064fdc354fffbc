package io.tcpbalance.bench.soak;

import io.tcpbalance.testing.Api;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Kills actors whose death may cost no job: sessions are spared. */
record ActorKiller(List<Farm> farms, Api api, Random random, Tally tally) implements Activity {
  private static final List<String> VICTIMS = List.of("balancer", "listener", "sessions", "health");
  private static final int LONGEST_PAUSE_MS = 5_000;
  private static final int KILLED = 202;

  /** It is between two lives. */
  private static final int NOT_THERE = 404;

  @Override
  public void run(CountDownLatch end) throws Exception {
    while (!end.await(random.nextInt(LONGEST_PAUSE_MS), TimeUnit.MILLISECONDS)) {
      String proxy = farms.get(random.nextInt(farms.size())).proxy();
      String path = "/user/proxy-" + proxy + "/" + VICTIMS.get(random.nextInt(VICTIMS.size()));
      int status = api.change("POST", "/api/v1/actors/kill", "{\"path\": \"" + path + "\"}");
      if (status == KILLED) {
        tally.add(Tally.Event.KILL, 1);
      } else if (status != NOT_THERE) {
        tally.fault(Tally.Event.ERROR, 1, "kill of " + path + ": " + status);
      }
    }
  }
}
