package io.tcpbalance;

import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.upgrade.Arrival;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * This generation as a node of a cluster, if it is one: how it comes to be a member beside the one
 * before, and ceases to be one. Belongs to the Guardian's thread.
 */
final class ClusterPlace {

  private static final Duration LOOK = Duration.ofMillis(100);

  /** Longer than what is given up needs to leave the cluster by itself. */
  private static final Duration GIVEN_UP_STAYS = Duration.ofSeconds(10);

  /** What the Guardian hands back to it. */
  sealed interface Step extends Guardian.Command {}

  private record Up(ActorRef<Done> asker) implements Step {}

  private enum Heard implements Step {
    INSTANCE
  }

  private enum Left implements Step {
    INSTANCE
  }

  private record GivenUpStays(int attempt) implements Step {}

  private final ActorContext<Guardian.Command> context;
  private final Optional<SharedPools> pools;
  private final Ground ground;
  private Runnable whenHeard = () -> {};

  /** How often a successor was expected. */
  private int attempts;

  private boolean leaving;
  private boolean left;

  /**
   * @param pools empty: it is no node
   */
  ClusterPlace(ActorContext<Guardian.Command> context, Optional<SharedPools> pools, Ground ground) {
    this.context = context;
    this.pools = pools;
    this.ground = ground;
  }

  /** At which port other nodes reach it; 0: it is no node. */
  int port() {
    return pools.map(SharedPools::port).orElse(0);
  }

  /** Joins beside the generation before. Answered when it is a member, or need not be. */
  void join(ActorRef<Done> asker) {
    pools.ifPresentOrElse(
        all -> context.pipeToSelf(all.joinBeside(), (up, failure) -> new Up(asker)),
        () -> asker.tell(Done.getInstance()));
  }

  /**
   * It serves; the generation before may go when others know what of it goes on here.
   *
   * @param thenRun is run then, by the Guardian's thread
   */
  void serves(Runnable thenRun) {
    whenHeard = thenRun;
    pools.ifPresent(all -> context.pipeToSelf(all.heard(), (heard, failure) -> Heard.INSTANCE));
  }

  /** Code that is to follow comes beside it; what is left of an earlier attempt must not stay. */
  void expectSuccessor() {
    putOutSuccessors();
    attempts++;
  }

  /** What was expected was given up. It leaves by itself, unless it hangs. */
  void isNotFollowed() {
    context.scheduleOnce(GIVEN_UP_STAYS, context.getSelf(), new GivenUpStays(attempts));
  }

  private void putOutSuccessors() {
    for (String address : pools.map(SharedPools::putOutSuccessors).orElse(List.of())) {
      context
          .getLog()
          .warn(
              "{} is put out of the cluster: it is new code of this node that was given up, and has"
                  + " not left by itself",
              address);
    }
  }

  /** None of its sessions has anything shared any more, or another generation stands for it. */
  void leave() {
    if (!leaving) {
      leaving = true;
      pools.ifPresent(all -> context.pipeToSelf(all.depart(), (gone, failure) -> Left.INSTANCE));
    }
  }

  /** Whether it is no node, or not any more. */
  boolean isOver() {
    return pools.isEmpty() || left;
  }

  /** Goes on where it has waited. */
  void goOn(Step step) {
    if (step instanceof Up m && pools.filter(all -> !all.haveMajority()).isPresent()) {
      // It would take the slots away that it inherits.
      context.scheduleOnce(LOOK, context.getSelf(), m);
    } else if (step instanceof Up m) {
      pools.ifPresent(all -> all.lookForSeeds(context));
      m.asker().tell(Done.getInstance());
    } else if (step == Heard.INSTANCE) {
      whenHeard.run();
      ground.predecessor().ifPresent(Arrival::releaseFromCluster);
    } else if (step instanceof GivenUpStays m) {
      if (m.attempt() == attempts) { // What is there by now may belong to a later one.
        putOutSuccessors();
      }
    } else if (step == Left.INSTANCE) {
      left = true;
      pools.ifPresent(all -> all.end(context));
    }
  }
}
