package io.tcpbalance.cluster;

import io.tcpbalance.balancer.BackendHealthChanged;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Roster;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;

/**
 * Where the balancer of a shared pool lives, its back-ends are probed, and nowhere else: tells the
 * prober of this node what there is to be probed, which is nothing on other nodes.
 */
final class HomeDuty {

  private final Roster.Holder roster;
  private final Agent.Estate estate;
  private boolean home;

  HomeDuty(Roster.Holder roster, Agent.Estate estate) {
    this.roster = roster;
    this.estate = estate;
  }

  boolean isHome() {
    return home;
  }

  void isHome(boolean here) {
    home = here;
    tell();
  }

  void prober(ActorRef<Balancer.WatcherMessage> newProber) {
    estate.prober = newProber;
    tell();
  }

  /** The roster may be another one. */
  void tell() {
    if (estate.prober != null) {
      estate.prober.tell(new Balancer.RosterChanged(home ? roster.get().backends() : List.of()));
    }
  }

  void tell(BackendHealthChanged news) {
    if (home && estate.prober != null) {
      estate.prober.tell(news);
    }
  }
}
