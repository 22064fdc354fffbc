package io.tcpbalance.supervision;

import io.tcpbalance.config.SupervisionSettings;
import java.time.Duration;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.RestartSupervisorStrategy;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.Behaviors;

/**
 * Wraps behaviours in what happens when they throw.
 *
 * <p>An actor that throws is restarted, up to the limit; past it, it stops, and its parent, which
 * watches it, fails in turn.
 *
 * @param settings the restart limit
 * @param drills whether actors understand {@link Kill}
 * @param tree where they are listed
 */
public record Supervision(SupervisionSettings settings, boolean drills, ActorTree tree) {

  static final Duration SHORTEST_PAUSE = Duration.ofSeconds(10);
  static final Duration LONGEST_PAUSE = Duration.ofMinutes(1);
  private static final double PAUSE_JITTER = 0.2;

  /** A supervision with a tree of its own. */
  public Supervision(SupervisionSettings settings, boolean drills) {
    this(settings, drills, new ActorTree(System::nanoTime));
  }

  /** For the root of the tree: its end is the end of all. */
  public <T> Behavior<T> root(Behavior<T> behavior) {
    return listed(behavior);
  }

  /** Restarts it; its children are stopped and are for its next life to start anew. */
  public <T> Behavior<T> restarting(Behavior<T> behavior) {
    return Behaviors.supervise(listed(behavior)).onFailure(limited());
  }

  /** Restarts it under the feet of its children, which do not notice. */
  public <T> Behavior<T> restartingBelowChildren(Behavior<T> behavior) {
    return Behaviors.supervise(listed(behavior)).onFailure(limited().withStopChildren(false));
  }

  /**
   * Restarts it within the limit, then after a pause, for ever: for what must not take others down
   * with it.
   */
  public <T> Behavior<T> neverGivingUp(Behavior<T> behavior) {
    // Pekko takes two supervisors of the same class of failures for one, and drops the outer.
    Behavior<T> within =
        Behaviors.supervise(listed(behavior)).onFailure(Exception.class, limited());
    return Delisted.atLast(
        tree,
        Behaviors.supervise(within)
            .onFailure(
                SupervisorStrategy.restartWithBackoff(
                    SHORTEST_PAUSE, LONGEST_PAUSE, PAUSE_JITTER)));
  }

  /** Lets it stop. It is not listed in the tree: there may be very many of its kind. */
  public <T> Behavior<T> stopping(Behavior<T> behavior) {
    return drilled(behavior);
  }

  private RestartSupervisorStrategy limited() {
    return SupervisorStrategy.restart().withLimit(settings.maxRestarts(), settings.within());
  }

  private <T> Behavior<T> listed(Behavior<T> behavior) {
    return Listed.in(tree, drilled(behavior));
  }

  private <T> Behavior<T> drilled(Behavior<T> behavior) {
    return drills ? KillSwitch.in(behavior) : behavior;
  }
}
