package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.client.Answer;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Tells, line by line, how far an upgrade has come. */
final class UpgradeWatch {

  private static final long SWITCH_INTERVAL_MS = 100;
  private static final long DRAIN_INTERVAL_MS = 500;

  /** The HTTP interface changes hands too, and may cut one off who asks at that moment. */
  private static final Duration LONGEST_SILENCE = Duration.ofSeconds(10);

  private final Daemon daemon;
  private final PrintWriter out;
  private String lastSaid = "";

  UpgradeWatch(Daemon daemon, PrintWriter out) {
    this.daemon = daemon;
    this.out = out;
  }

  /** Once, however often the same is said in a row. */
  void say(String text) {
    if (!text.equals(lastSaid)) {
      out.println(text);
      out.flush();
      lastSaid = text;
    }
  }

  /** Waits for the answer that the new code serves; returns its number. */
  int switching(Callable<Answer> request) throws Failure {
    FutureTask<Answer> answer = new FutureTask<>(request);
    Thread asking = new Thread(answer, "upgrade");
    asking.setDaemon(true);
    asking.start();
    boolean answered = false;
    while (!answered) {
      answered = isAnsweredSoon(answer);
      if (answered || isReady()) {
        say("ready");
      }
    }
    int generation = answerOf(answer).body().path("generation").asInt();
    say("switched: generation " + generation + " serves");
    return generation;
  }

  private static boolean isAnsweredSoon(FutureTask<Answer> answer) throws Failure {
    try {
      Answer unused = answer.get(SWITCH_INTERVAL_MS, TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static Answer answerOf(FutureTask<Answer> answer) throws Failure {
    try {
      return answer.get();
    } catch (ExecutionException e) {
      throw failure(e);
    } catch (InterruptedException e) {
      throw interrupted();
    }
  }

  private static Failure failure(ExecutionException e) {
    return e.getCause() instanceof Failure told
        ? told
        : new Failure(ExitCode.SOFTWARE, String.valueOf(e.getCause()));
  }

  private static Failure interrupted() {
    Thread.currentThread().interrupt();
    return new Failure(ExitCode.NOT_DONE, "interrupted");
  }

  private boolean isReady() throws Failure {
    Optional<JsonNode> seen = generations();
    if (seen.isPresent()) {
      for (JsonNode generation : seen.get()) {
        if (generation.path("state").asText().equals("ready")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Waits until nothing is left of the code before. */
  void draining(int successor) throws Failure {
    long heardNs = System.nanoTime();
    boolean done = false;
    while (!done) {
      Optional<JsonNode> seen = generations();
      if (seen.isPresent()) {
        heardNs = System.nanoTime();
        done = !tellDraining(seen.get(), successor);
      } else if (System.nanoTime() - heardNs > LONGEST_SILENCE.toNanos()) {
        throw new Failure(
            ExitCode.UNAVAILABLE,
            "the daemon does not answer any more; tcpbalance generations tells how it went on");
      }
      if (!done) {
        WaitCommand.pause(DRAIN_INTERVAL_MS);
      }
    }
    say("done: nothing is left of the code before");
  }

  /** Returns whether there is one. */
  private boolean tellDraining(JsonNode generations, int successor) {
    boolean some = false;
    StringBuilder text = new StringBuilder("draining");
    for (JsonNode generation : generations) {
      int number = generation.path("number").asInt();
      if (number < successor && generation.path("state").asText().equals("draining")) {
        text.append(some ? ", " : ": ")
            .append("generation %d, sessions left: %d".formatted(number, sessions(generation)));
        some = true;
      }
    }
    if (some) {
      say(text.toString());
    }
    return some;
  }

  private static long sessions(JsonNode generation) {
    return generation.path("sessions").asLong();
  }

  /** Empty if the daemon does not answer just now. */
  private Optional<JsonNode> generations() throws Failure {
    try {
      return Optional.of(daemon.get(GenerationsCommand.GENERATIONS).body());
    } catch (Failure e) {
      if (e.exitCode() == ExitCode.UNAVAILABLE) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
