package io.tcpbalance;

import io.tcpbalance.cli.ExitCode;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorSystem;

/**
 * What the root tells of its end.
 *
 * @param code why the process ends; the first one counts
 * @param stopped completes when the root has stopped and released what it had
 */
record Ending(CompletableFuture<ExitCode> code, CompletableFuture<Done> stopped) {

  private static final Duration TERMINATE_TIMEOUT = Duration.ofSeconds(10);

  Ending() {
    this(new CompletableFuture<>(), new CompletableFuture<>());
  }

  /**
   * Waits until nothing of the actor system is left. One that was a node of a cluster waits for its
   * connections to be closed, which others who were killed or are cut off do not: not for ever.
   */
  ExitCode await(ActorSystem<?> system) {
    CompletableFuture<Done> over = new CompletableFuture<>();
    CompletionStage<?> unused =
        stopped.thenRun(
            () ->
                over.completeOnTimeout(
                    Done.getInstance(), TERMINATE_TIMEOUT.toSeconds(), TimeUnit.SECONDS));
    // That ends the time-out too: it would keep the classes of this generation.
    CompletableFuture<?> terminated =
        system.getWhenTerminated().toCompletableFuture().thenAccept(over::complete);
    CompletableFuture.anyOf(terminated, over).join();
    return code.getNow(ExitCode.SOFTWARE);
  }
}
