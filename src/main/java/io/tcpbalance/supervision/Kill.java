package io.tcpbalance.supervision;

import org.apache.pekko.actor.typed.ActorRef;

/**
 * Makes an actor throw inside its own message handling, as a bug would, so that its real supervisor
 * reacts.
 */
public record Kill(String reason) {

  /** Kills; nothing happens where drills are off. */
  public void send(ActorRef<?> victim) {
    victim.<Object>unsafeUpcast().tell(this);
  }

  /** What the victim throws. */
  static final class Killed extends RuntimeException {
    private static final long serialVersionUID = 1;

    Killed(String reason) {
      super(reason);
    }
  }
}
