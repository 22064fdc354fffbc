package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Roster;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.RosterPart;
import io.tcpbalance.cluster.mail.Stamp;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The roster of a shared pool, and which members have it. Until its balancer has begun it is the
 * newest of those that members tell of; then the balancer's, which all of them are to have.
 */
final class RosterCopies {

  private final long term;
  private final Map<NodeId, RosterPart.Assembly> parts = new HashMap<>();

  /** The number of the item that completes the newest roster on its way to a member. */
  private final Map<NodeId, Long> marks = new HashMap<>();

  private Stamp stamp = Stamp.NONE;
  private @Nullable Roster newest;
  private long version;

  /**
   * None yet.
   *
   * @param term of the balancer that will write it
   */
  RosterCopies(long term) {
    this.term = term;
  }

  /** Of the roster that the members have or are to have. */
  Stamp stamp() {
    return stamp;
  }

  Optional<Roster> newest() {
    return Optional.ofNullable(newest);
  }

  /** Some of what a member had before the balancer began. */
  void found(NodeId node, RosterPart part) {
    parts
        .computeIfAbsent(node, n -> new RosterPart.Assembly())
        .add(part)
        .filter(roster -> part.stamp().compareTo(stamp) > 0)
        .ifPresent(
            roster -> {
              stamp = part.stamp();
              newest = roster;
            });
  }

  /** The balancer's is another one: all of these are to have it. */
  void becomes(Roster roster, Collection<PoolMember> members) {
    stamp = new Stamp(term, ++version);
    newest = roster;
    members.forEach(this::tell);
  }

  /** A member is to have what there is. */
  void tell(PoolMember member) {
    if (newest != null) {
      RosterPart.of(stamp, newest).forEach(member::offer);
      marks.put(member.id, member.link().offered());
    }
  }

  /** What was on its way to it is not any more. */
  void forget(PoolMember member) {
    marks.remove(member.id);
  }

  /** Whether the newest would survive the loss of any minority of these. */
  boolean isSafe(Collection<PoolMember> members) {
    long having = members.stream().filter(this::isHad).count();
    return 2 * having > members.size();
  }

  /** One that was not told of it, since it has not told what it holds, has it not. */
  private boolean isHad(PoolMember member) {
    Long mark = marks.get(member.id);
    return mark != null && member.link().acknowledged() >= mark;
  }
}
