package io.tcpbalance.bench.soak;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.tcpbalance.testing.JobClient;
import io.tcpbalance.testing.ReceivedJob;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** A developer before the proxy with {@code protocol = distcc}: one job after the other. */
final class CompileClient implements Activity {
  /** Files of such names are refused by the rules of the daemon. */
  static final String REFUSED = "refused-";

  private static final int LONGEST_PAUSE_MS = 300;
  private static final int LARGEST_SOURCE_BYTES = 200_000;
  private static final int SLOW_SOURCE_BYTES = 20_000;
  private static final int SLOW_BYTES_PER_SECOND = 40_000;
  private static final int USERS_ERROR = 0x0100;
  private static final int[] VERSIONS = {1, 3};

  private final int number;
  private final int port;
  private final Random random;
  private final Tally tally;
  private int jobs;

  /**
   * One developer.
   *
   * @param number names the jobs, so that none is like another's
   */
  CompileClient(int number, int port, Random random, Tally tally) {
    this.number = number;
    this.port = port;
    this.random = random;
    this.tally = tally;
  }

  @Override
  public void run(CountDownLatch end) throws Exception {
    while (!end.await(random.nextInt(LONGEST_PAUSE_MS), TimeUnit.MILLISECONDS)) {
      JobKind kind = nextKind();
      byte[] request = request(kind);
      try (JobClient client = JobClient.connect(port, request)) {
        play(kind, client, request);
      } catch (IOException | AssertionError e) {
        tally.fault(Tally.Event.ERROR, 1, kind.word() + ": " + e);
      }
    }
  }

  private JobKind nextKind() {
    int percent = random.nextInt(100);
    if (percent < 10) {
      return JobKind.ABORTED;
    } else if (percent < 15) {
      return JobKind.HALF_CLOSED;
    } else if (percent < 20) {
      return JobKind.REFUSED;
    }
    return percent < 25 ? JobKind.SLOW : JobKind.COMPILED;
  }

  private byte[] request(JobKind kind) {
    jobs++;
    String name = (kind == JobKind.REFUSED ? REFUSED : "file-") + number + "-" + jobs;
    int bytes = kind == JobKind.SLOW ? SLOW_SOURCE_BYTES : 1 + random.nextInt(LARGEST_SOURCE_BYTES);
    return JobClient.request(VERSIONS[random.nextInt(VERSIONS.length)], name, bytes);
  }

  private void play(JobKind kind, JobClient client, byte[] request)
      throws IOException, InterruptedException {
    switch (kind) {
      case SLOW -> {
        client.sendRest(SLOW_BYTES_PER_SECOND);
        checkCompiled(kind, client.receiveAnswer(), request);
      }
      case ABORTED -> {
        abort(client);
        tally.done(kind, 1);
      }
      case HALF_CLOSED -> {
        client.sendArguments();
        client.endOutput();
        client.expectOver();
        tally.done(kind, 1);
      }
      case REFUSED -> {
        client.sendRest();
        checkRefused(client.receiveAnswer());
      }
      default -> {
        client.sendRest();
        checkCompiled(kind, client.receiveAnswer(), request);
      }
    }
  }

  /** While the request comes in, while the job waits or compiles, or in the answer. */
  private void abort(JobClient client) throws IOException, InterruptedException {
    client.sendArguments();
    int moment = random.nextInt(3);
    if (moment > 0) {
      client.sendRest();
    }
    if (moment > 1) {
      byte[] unused = client.receive(1);
    }
    client.abort();
  }

  private void checkCompiled(JobKind kind, JobClient.Answer answer, byte[] request) {
    if (answer.status() != 0) {
      String what = "%s: status 0x%04x".formatted(kind.word(), answer.status());
      tally.fault(Tally.Event.ERROR, 1, what);
      return;
    }
    byte[] expected = ReceivedJob.of(request).compiled(answer.objectBytes());
    int wrong = Arrays.mismatch(expected, answer.text().getBytes(ISO_8859_1));
    if (wrong >= 0) {
      tally.fault(Tally.Event.CORRUPT, 1, "%s: byte %d is wrong".formatted(kind.word(), wrong));
    } else {
      tally.done(kind, 1);
    }
  }

  private void checkRefused(JobClient.Answer answer) {
    if (answer.status() == USERS_ERROR) {
      tally.done(JobKind.REFUSED, 1);
    } else {
      String what = "a forbidden job had status 0x%04x".formatted(answer.status());
      tally.fault(Tally.Event.ERROR, 1, what);
    }
  }
}
