package io.tcpbalance;

import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.config.Settings;
import io.tcpbalance.state.State;
import io.tcpbalance.upgrade.Departure;
import io.tcpbalance.upgrade.Handover;
import io.tcpbalance.upgrade.Rehearsal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** How this generation comes to be followed by another. Belongs to the Guardian's thread. */
final class Replacement {

  /** What the Guardian hands back to it. */
  sealed interface Step extends Guardian.Command {}

  private record Replaced(int generation, Guardian.Upgrade asked) implements Step {}

  private record NotReplaced(String reason, Guardian.Upgrade asked) implements Step {}

  private final ActorContext<Guardian.Command> context;
  private final Ground ground;
  private final State state;
  private final ProxyChildren proxies;
  private final Interfaces interfaces;
  private final Machinery machinery;
  private final ClusterPlace cluster;
  private boolean underWay;

  /** The latest one; only the last one is followed. */
  private @Nullable Departure departure;

  /** One that has followed another did so before that. */
  private boolean rehearsed;

  Replacement(
      ActorContext<Guardian.Command> context,
      Ground ground,
      State state,
      ProxyChildren proxies,
      Interfaces interfaces,
      Machinery machinery,
      ClusterPlace cluster) {
    this.context = context;
    this.ground = ground;
    this.state = state;
    this.proxies = proxies;
    this.interfaces = interfaces;
    this.machinery = machinery;
    this.cluster = cluster;
    rehearsed = ground.predecessor().isPresent();
  }

  boolean isUnderWay() {
    return underWay;
  }

  /**
   * Begins it.
   *
   * @param obstacle why it cannot be, if so
   */
  void begin(Guardian.Upgrade m, Settings running, Optional<String> obstacle) {
    if (obstacle.isPresent()) {
      m.replyTo().tell(StatusReply.error(new UpgradeRefused(obstacle.get())));
      return;
    }
    underWay = true;
    cluster.expectSuccessor();
    context.getLog().info("replaces the code by that in {}", m.code().jars());
    Departure begun =
        new Departure(
            Handover.of(
                running,
                interfaces.adminPort().port(),
                interfaces.consolePort().port(),
                cluster.port()),
            proxies.serving(),
            new LeavingHouse(state, interfaces.ports(), interfaces.memory(), context.getSelf()),
            context.getSystem().scheduler());
    departure = begun;
    context.pipeToSelf(
        rehearsal().thenCompose(done -> upgrade(m, begun)),
        (generation, failure) ->
            generation != null
                ? new Replaced(generation, m)
                : new NotReplaced(UpgradeRequests.reason(failure), m));
  }

  private CompletionStage<Integer> upgrade(Guardian.Upgrade m, Departure begun) {
    begun.expect(ground::giveUp);
    return ground.upgrade(m.code(), begun);
  }

  private CompletionStage<?> rehearsal() {
    if (rehearsed) {
      return CompletableFuture.completedStage(null);
    }
    rehearsed = true;
    ActorSystem<?> system = context.getSystem();
    return CompletableFuture.runAsync(
        () -> Rehearsal.play(system, machinery.apart(), ProxyChildren.SELECTOR),
        system.dispatchers().lookup(DispatcherSelector.blocking()));
  }

  /** This generation ends, and its proxies have. */
  void close() {
    if (departure != null) {
      departure.close();
    }
  }

  /**
   * Ends it.
   *
   * @return whether another generation serves
   */
  boolean end(Step step) {
    if (step instanceof Replaced m) {
      context
          .getLog()
          .info("generation {} serves; the sessions here go on to their end", m.generation());
      m.asked().replyTo().tell(StatusReply.success(m.generation()));
      return true;
    }
    if (step instanceof NotReplaced m) {
      underWay = false;
      cluster.isNotFollowed();
      context.getLog().error("the code is not replaced: {}", m.reason());
      m.asked().replyTo().tell(StatusReply.error(new UpgradeRefused(m.reason())));
      return false;
    }
    throw new IllegalArgumentException(step.toString());
  }
}
