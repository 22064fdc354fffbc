package io.tcpbalance.bench.soak;

import io.tcpbalance.testing.Api;
import java.io.IOException;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Takes a host out of service, or some of its slots, and gives it back after a while; one host at a
 * time, and never by force, so that no job may suffer.
 */
record Operator(Farm farm, Api api, Random random, Tally tally) implements Activity {
  private static final int LONGEST_PAUSE_MS = 5_000;
  private static final int RETRY_MS = 100;
  private static final int ADDED = 201;
  private static final int CONFLICT = 409;

  @Override
  public void run(CountDownLatch end) throws Exception {
    while (!end.await(random.nextInt(LONGEST_PAUSE_MS), TimeUnit.MILLISECONDS)) {
      Host host = farm.hosts().get(random.nextInt(Farm.HOSTS));
      switch (random.nextInt(4)) {
        case 0 -> patchForAWhile(host, "\"state\": \"drain\"", "\"state\": \"up\"", end);
        case 1 -> patchForAWhile(host, "\"state\": \"down\"", "\"state\": \"up\"", end);
        case 2 -> patchForAWhile(host, slots(1), slots(Farm.SLOTS), end);
        default -> removeForAWhile(host, end);
      }
    }
  }

  private static String slots(int count) {
    return "\"maxConnections\": " + count;
  }

  private void patchForAWhile(Host host, String change, String undo, CountDownLatch end)
      throws IOException, InterruptedException {
    ask("PATCH", pathOf(host), "{" + change + "}", Set.of(200));
    aWhile(end);
    ask("PATCH", pathOf(host), "{" + undo + "}", Set.of(200));
  }

  /** It is forgotten when its last session has ended. */
  private void removeForAWhile(Host host, CountDownLatch end)
      throws IOException, InterruptedException {
    ask("DELETE", pathOf(host), "", Set.of(202));
    aWhile(end);
    String body =
        "{\"name\": \"%s\", \"host\": \"127.0.0.1\", \"port\": %d, %s}"
            .formatted(host.name(), host.port(), slots(Farm.SLOTS));
    CountDownLatch never = new CountDownLatch(1);
    int status = ask("POST", pathOfAll(), body, Set.of(ADDED, CONFLICT));
    while (status == CONFLICT && !never.await(RETRY_MS, TimeUnit.MILLISECONDS)) {
      status = ask("POST", pathOfAll(), body, Set.of(ADDED, CONFLICT));
    }
  }

  private void aWhile(CountDownLatch end) throws InterruptedException {
    boolean unused = end.await(random.nextInt(LONGEST_PAUSE_MS), TimeUnit.MILLISECONDS);
  }

  private int ask(String method, String path, String body, Set<Integer> expected)
      throws IOException, InterruptedException {
    int status = api.change(method, path, body);
    if (!expected.contains(status)) {
      tally.fault(Tally.Event.ERROR, 1, "%s %s %s: %d".formatted(method, path, body, status));
    } else if (status != CONFLICT) {
      tally.add(Tally.Event.CHANGE, 1);
    }
    return status;
  }

  private String pathOfAll() {
    return "/api/v1/proxies/" + farm.proxy() + "/backends";
  }

  private String pathOf(Host host) {
    return pathOfAll() + "/" + host.name();
  }
}
