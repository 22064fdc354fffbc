package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Outcome;
import java.io.IOException;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
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

  /** Who has come in this life, though the sessions' parent may not have begun with it. */
  private final Set<Long> passedOn = new HashSet<>();

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
      passedOn.add(m.past().session());
    } catch (IOException e) {
      context.getLog().debug("a client went when it was to be adopted", e);
      learn(new Balancer.SessionEnded(m.past().session()));
    }
  }

  void learn(Balancer.LeaseFact fact) {
    Balancer.LeaseFact news = legacy.learn(fact, passedOn);
    if (news != null) {
      household.balancer.tell(news);
    }
  }

  /** Nobody is waited for any more. */
  void end() {
    legacy.arriving().forEach(id -> learn(new Balancer.SessionEnded(id)));
  }

  /** What has not been told the end of has ended. */
  void ancestorGone() {
    end();
    legacy
        .leases()
        .forEach(
            held -> learn(new Balancer.Release(held.lease(), held.slot(), new Outcome.Unused())));
  }

  /** Nobody else uses the door any more. */
  void openDoor() {
    household.doors.own();
    household.listener.tell(Listener.Moved.INSTANCE);
  }
}
