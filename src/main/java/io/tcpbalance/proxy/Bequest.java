package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer.HeldSlot;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.metrics.Tallies;
import java.nio.channels.ServerSocketChannel;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a proxy leaves to the one that follows it.
 *
 * @param door the listening socket, registered nowhere
 * @param configured the back-ends as they were configured, before operators changed them
 * @param leases the slots that sessions here go on to use
 * @param waiting the sessions whose clients wait, and will be given away
 * @param farmTickets the places of sessions in a queue of several nodes
 * @param lastSession the highest number of a session, and of a place in the queue
 * @param tallies what was counted until now; what is counted after that is told later
 */
public record Bequest(
    ServerSocketChannel door,
    Roster roster,
    List<BackendSettings> configured,
    List<HeldSlot> leases,
    Set<Long> waiting,
    Map<Long, Long> farmTickets,
    long lastSession,
    Tallies tallies) {

  public Bequest {
    configured = List.copyOf(configured);
    leases = List.copyOf(leases);
    waiting = Set.copyOf(waiting);
    farmTickets = Map.copyOf(farmTickets);
  }
}
