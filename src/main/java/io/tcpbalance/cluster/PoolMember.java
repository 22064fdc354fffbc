package io.tcpbalance.cluster;

import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Piece;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * One node, as one life of a shared balancer knows it. Its sessions have numbers of their own;
 * those of all nodes have others here, of which this one knows its own.
 */
final class PoolMember {

  private static final int SESSION_BITS = 40;
  private static final long SESSION_MASK = (1L << SESSION_BITS) - 1;

  final NodeId id;

  /** What an earlier life of its agent had and this one has not told of. */
  final Set<LeaseId> unheard = new HashSet<>();

  private final long number;
  private Link<ToNode, ToPool> link = new Link<>();
  private Piece.Assembly<ToPool> pieces = Piece.Assembly.toPool();
  private long life;
  private boolean counted;
  private boolean removed;

  /**
   * A member of which nothing is known yet.
   *
   * @param number another one for each member, from 1
   */
  PoolMember(NodeId id, long number) {
    this.id = id;
    this.number = number;
  }

  Link<ToNode, ToPool> link() {
    return link;
  }

  /** Of its agent; 0: it has not begun. */
  long life() {
    return life;
  }

  /** A new life of its agent, which has to tell of all that it has. */
  void begin(long newLife) {
    life = newLife;
    link = new Link<>();
    pieces = Piece.Assembly.toPool();
    counted = false;
    unheard.clear();
  }

  /** Its agent has told of all. */
  void count() {
    unheard.clear();
    counted = true;
  }

  /** It is in its grave: its mail is not read any more. */
  void remove() {
    removed = true;
  }

  boolean isRemoved() {
    return removed;
  }

  /** Whether all that its agent has is known. */
  boolean isCounted() {
    return counted && !removed;
  }

  /** To its agent, if it still has one. */
  void offer(ToNode item) {
    if (!removed) {
      Piece.of(item).forEach(link::offer);
    }
  }

  /** Mail of its agent's life. Hands on what is new, in order. */
  void receive(Frame<ToPool> frame, long nowNanos, Consumer<ToPool> taken) {
    link.receive(frame, nowNanos, item -> pieces.add(item).ifPresent(taken));
  }

  long global(long session) {
    return (number << SESSION_BITS) | session;
  }

  LeaseId global(LeaseId lease) {
    return new LeaseId(global(lease.session()), lease.attempt());
  }

  boolean has(long globalSession) {
    return number == globalSession >> SESSION_BITS;
  }

  /** The number that the session has on its node. */
  static long local(long globalSession) {
    return globalSession & SESSION_MASK;
  }

  static LeaseId local(LeaseId globalLease) {
    return new LeaseId(local(globalLease.session()), globalLease.attempt());
  }
}
