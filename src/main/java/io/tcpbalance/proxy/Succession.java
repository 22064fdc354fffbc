package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.metrics.Tallies;
import io.tcpbalance.relay.Surrendered;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.pattern.StatusReply;

/** What a proxy is told when one generation follows another: first the one that leaves. */
public sealed interface Succession extends ProxySupervisor.Command {

  /**
   * Prepares to be followed by another generation's proxy: takes no more clients, which wait in the
   * kernel's queue, and grants nothing. To be followed by {@link GiveAway} or {@link KeepAll}.
   */
  record Bequeath(ActorRef<StatusReply<Bequest>> replyTo) implements Succession {}

  /** Goes on as before {@link Bequeath}, whether that has been answered or not. */
  enum KeepAll implements Succession {
    INSTANCE
  }

  /**
   * The heir serves: it gets who wants a slot, at once and from now on, and learns what becomes of
   * the slots that sessions here have. {@link ProxySupervisor.Drain} is to follow.
   */
  record GiveAway(Heir heir) implements Succession {}

  /** Tells a session here what the heir's balancer has to say of its lease. */
  record TellHolder(long session, Balancer.SessionMessage message) implements Succession {}

  /** Takes a client that the generation before has given away. */
  record Adopt(Surrendered client, Past past) implements Succession {}

  /** The door that was inherited may be opened: nobody else will. */
  enum OpenDoor implements Succession {
    INSTANCE
  }

  /** Learns what becomes of what the generation before has here. */
  record Learn(Balancer.LeaseFact fact) implements Succession {}

  /**
   * Nothing is left of the generation before: what it has not told the end of has ended. It may
   * have been ended itself, and a slot that is not given back would be lost.
   */
  enum AncestorGone implements Succession {
    INSTANCE
  }

  /** Learns what the generation before has counted since it was followed. */
  record Count(Tallies more) implements Succession {}

  /** What a proxy has from the generation before. */
  record Inheritance(Bequest bequest, Legacy.Ancestor ancestor) {}
}
