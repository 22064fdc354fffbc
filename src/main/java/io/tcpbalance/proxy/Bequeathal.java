package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/**
 * How a proxy is followed by another generation's, in one life of it. Belongs to the supervisor's
 * thread.
 *
 * <p>{@code serving → asked → bequeathed → given away}, and back to serving from the two in the
 * middle. In this order the door is released, the sessions say who there is and the balancer is
 * frozen, so that all who came in are counted. An answer that comes when nobody waits for it any
 * more changes nothing. What was bequeathed outlives this life: the heir may have it already, and
 * the door with it.
 */
final class Bequeathal {

  /** What the supervisor hands back to it. */
  sealed interface Step extends ProxySupervisor.Command {}

  private record DoorReleased(
      @Nullable ServerSocketChannel door, ActorRef<StatusReply<Bequest>> asker) implements Step {}

  private record SessionsPaused(
      Sessions.@Nullable Paused sessions,
      ServerSocketChannel door,
      ActorRef<StatusReply<Bequest>> asker)
      implements Step {}

  private record BalancerFrozen(
      Balancer.@Nullable Frozen pool,
      Sessions.Paused sessions,
      ServerSocketChannel door,
      ActorRef<StatusReply<Bequest>> asker)
      implements Step {}

  private record DoorIsBack(Doors doors) implements Step {}

  private static final Duration POOL_TIMEOUT = Duration.ofSeconds(3);

  private final ActorContext<ProxySupervisor.Command> context;
  private final Estate estate;

  /** Who is to get the bequest. */
  private @Nullable ActorRef<StatusReply<Bequest>> asker;

  /** Whether the sessions that were bequeathed are those of this life. */
  private boolean hasBequeathed;

  Bequeathal(ActorContext<ProxySupervisor.Command> context, Estate estate) {
    this.context = context;
    this.estate = estate;
  }

  void begin(Succession.Bequeath m, Household household) {
    if (estate.toldWhenDrained != null || household.doors.released() != null) {
      m.replyTo().tell(StatusReply.error("it is being stopped or replaced already"));
      return;
    }
    asker = m.replyTo();
    context.pipeToSelf(
        household.doors.release(), (door, failure) -> new DoorReleased(door, m.replyTo()));
  }

  /** Goes on where it has waited. */
  void goOn(Step step, Household household) {
    if (step instanceof DoorReleased m) {
      askSessions(m, household);
    } else if (step instanceof SessionsPaused m) {
      askBalancer(m, household);
    } else if (step instanceof BalancerFrozen m) {
      bequeath(m, household);
    } else if (step instanceof DoorIsBack m) {
      reopen(m, household);
    }
  }

  private boolean isOver(ActorRef<StatusReply<Bequest>> asked) {
    return !asked.equals(asker);
  }

  private void askSessions(DoorReleased m, Household household) {
    ServerSocketChannel door = m.door();
    if (isOver(m.asker())) {
      return;
    }
    if (door == null) {
      refuse(m.asker(), "its door cannot be shut", household);
      return;
    }
    context.ask(
        Sessions.Paused.class,
        household.sessions,
        POOL_TIMEOUT,
        Sessions.Pause::new,
        (paused, failure) -> new SessionsPaused(paused, door, m.asker()));
  }

  private void askBalancer(SessionsPaused m, Household household) {
    Sessions.Paused sessions = m.sessions();
    if (isOver(m.asker())) {
      return;
    }
    if (sessions == null) {
      refuse(m.asker(), "its sessions do not answer", household);
      return;
    }
    context.ask(
        Balancer.Frozen.class,
        household.balancer,
        POOL_TIMEOUT,
        Balancer.Freeze::new,
        (pool, failure) -> new BalancerFrozen(pool, sessions, m.door(), m.asker()));
  }

  private void bequeath(BalancerFrozen m, Household household) {
    Balancer.Frozen pool = m.pool();
    if (isOver(m.asker())) {
      return;
    }
    if (pool == null || !pool.ready()) {
      refuse(m.asker(), "its balancer is not ready", household);
      return;
    }
    Set<Long> waiting = new HashSet<>(m.sessions().wantSlots());
    pool.leases().forEach(held -> waiting.remove(held.lease().session()));
    waiting.addAll(pool.waiting());
    Bequest left =
        new Bequest(
            m.door(),
            pool.roster(),
            estate.configured,
            pool.leases(),
            waiting,
            pool.farmTickets(),
            m.sessions().last(),
            estate.tallies());
    estate.bequest = left;
    hasBequeathed = true;
    m.asker().tell(StatusReply.success(left));
  }

  private void refuse(ActorRef<StatusReply<Bequest>> asked, String reason, Household household) {
    asked.tell(StatusReply.error(reason));
    keepAll(household);
  }

  /** Between two lives: the next one opens the door by itself. */
  static void keepAll(Estate estate) {
    estate.bequest = null;
  }

  /** All is as it was before {@link #begin}. */
  void keepAll(Household household) {
    asker = null;
    keepAll(estate);
    CompletionStage<ServerSocketChannel> released = household.doors.released();
    if (released != null) {
      context.pipeToSelf(released, (door, failure) -> new DoorIsBack(household.doors));
    } else if (!estate.doorIsAnothers()) {
      household.doors.own();
      household.listener.tell(Listener.Moved.INSTANCE);
    }
    household.sessions.tell(Sessions.GoOn.INSTANCE);
    household.balancer.tell(Balancer.Thaw.INSTANCE);
  }

  /** An earlier life's doors are closed. */
  private static void reopen(DoorIsBack m, Household household) {
    if (m.doors() == household.doors && household.doors.released() != null) {
      household.doors.reopen();
      household.listener.tell(Listener.Moved.INSTANCE);
    }
  }

  /** The heir serves. */
  void giveAway(Heir newHeir, Household household) {
    Bequest left = estate.bequest;
    if (left == null) {
      throw new IllegalStateException("there is an heir, and nothing was left to it");
    }
    asker = null;
    estate.isFollowedBy(newHeir, left.tallies());
    household.doors.giveUp();
    if (!hasBequeathed) {
      estate.tellHeirEnds();
    }
    context.unwatch(household.health);
    context.stop(household.health);
    household.balancer.tell(new Balancer.Retire(newHeir::learn));
    household.sessions.tell(new Sessions.GiveAway(newHeir, left.waiting()));
  }
}
