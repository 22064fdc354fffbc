package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.health.TrialCompiles.Result;
import io.tcpbalance.relay.TrialRelay;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * A trial compile on one back-end: a session, so that it gets its slot, is found by a census and
 * gives the slot back as any other does, but without a client. It never goes elsewhere.
 */
final class TrialSession extends Session {

  /**
   * What is to be tried. The relay's call-backs tell the result when its sockets are closed, if it
   * was not told before.
   */
  record Trial(String backend, String compiler, CompletableFuture<Result> result) {}

  private final Trial trial;
  private final TrialRelay relay;

  private TrialSession(
      ActorContext<Balancer.SessionMessage> context,
      SessionEntry entry,
      TrialRelay relay,
      Trial trial,
      Surroundings around) {
    super(context, entry, around, null);
    this.trial = trial;
    this.relay = relay;
    relay.start(new TrialCallbacks(entry, context.getSelf(), around, trial));
    arrive(0, entry.acceptedAtNanos);
  }

  static Behavior<Balancer.SessionMessage> create(
      SessionEntry entry, TrialRelay relay, Trial trial, Surroundings around) {
    return Behaviors.setup(context -> new TrialSession(context, entry, relay, trial, around));
  }

  @Override
  public Receive<Balancer.SessionMessage> createReceive() {
    return slotMessages()
        .onMessage(Balancer.Evicted.class, m -> giveUp(Result.NOT_TRIED))
        .onMessage(Balancer.BackendLost.class, m -> giveUp(Result.NOT_TRIED))
        .build();
  }

  @Override
  Wish wish() {
    return new Wish(trial.compiler(), Set.of(), Set.of(), Optional.of(trial.backend()));
  }

  @Override
  void waits() {}

  @Override
  void refused(Refusal reason) {
    giveUp(reason == Refusal.NO_COMPILER ? Result.NOT_WANTED : Result.NOT_TRIED);
  }

  /** Whoever found that out has told the balancer. */
  @Override
  void notReached(String backend, boolean local) {
    giveUp(Result.NOT_TRIED);
  }

  private Behavior<Balancer.SessionMessage> giveUp(Result result) {
    trial.result().complete(result);
    relay.close();
    return this;
  }
}
