package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import java.io.IOException;
import java.time.Duration;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/**
 * What comes to a proxy from the one of the generation before, in one life of it. Belongs to the
 * supervisor's thread.
 */
final class Arrivals {

  /** What the supervisor hands back to it. */
  enum Over implements ProxySupervisor.Command {
    INSTANCE
  }

  /** Who does not come in this time is not waited for. */
  private static final Duration ARRIVAL = Duration.ofSeconds(2);

  private final ActorContext<ProxySupervisor.Command> context;
  private final Legacy legacy;
  private final Household household;

  Arrivals(ActorContext<ProxySupervisor.Command> context, Legacy legacy, Household household) {
    this.context = context;
    this.legacy = legacy;
    this.household = household;
    if (!legacy.arriving().isEmpty()) {
      context.scheduleOnce(ARRIVAL, context.getSelf(), Over.INSTANCE);
    }
  }

  void adopt(Succession.Adopt m) {
    try {
      household.sessions.tell(new Sessions.Adopted(household.group.adopt(m.client()), m.past()));
    } catch (IOException e) {
      context.getLog().debug("a client went when it was to be adopted", e);
      learn(new Balancer.SessionEnded(m.past().session()));
    }
  }

  void learn(Balancer.LeaseFact fact) {
    Balancer.LeaseFact news = legacy.learn(fact);
    if (news != null) {
      household.balancer.tell(news);
    }
  }

  /** Nobody is waited for any more. */
  void end() {
    legacy.arriving().forEach(id -> learn(new Balancer.SessionEnded(id)));
  }

  /** Nobody else uses the door any more. */
  void openDoor() {
    household.doors.own();
    household.listener.tell(Listener.Moved.INSTANCE);
  }
}
