package io.tcpbalance.cluster;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Balancer.SessionMessage;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Wish;
import java.net.InetSocketAddress;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A session as the proxy's are, as far as slots are concerned: one at a time, some after another.
 */
final class ModelSession {

  private static final InetSocketAddress CLIENT =
      InetSocketAddress.createUnresolved("client.example", 1);

  private final ModelNode node;
  private final ModelCluster cluster;
  private final long id;
  private final long arrivedAtNanos;
  private int jobsLeft;
  private int attempt;
  private boolean waiting;
  private @Nullable Slot slot;
  private long ticket;
  private long ticketLife;
  private int ticketAttempt;

  ModelSession(ModelNode node, long id, int jobs) {
    this.node = node;
    this.cluster = node.cluster;
    this.id = id;
    jobsLeft = jobs;
    arrivedAtNanos = node.nanos();
  }

  LeaseId lease() {
    return new LeaseId(id, attempt);
  }

  void ask() {
    attempt++;
    waiting = true;
    askAgain();
  }

  private void askAgain() {
    node.ledger().acquire(lease(), arrivedAtNanos, Wish.anything(), CLIENT, this, node.nanos());
  }

  /** As a session answers a census. */
  void report() {
    Slot held = slot;
    if (held != null) {
      node.ledger().holds(lease(), held, true, this);
    } else if (waiting) {
      askAgain();
    }
  }

  /** The client goes away. */
  void hangUp() {
    if (!waiting) {
      return;
    }
    waiting = false;
    node.ledger().withdraw(lease(), node.nanos());
    node.over(id);
  }

  void hear(SessionMessage message) {
    if (message instanceof Balancer.Granted m) {
      if (waiting && m.lease().equals(lease())) {
        waiting = false;
        begin(m.slot());
      }
    } else if (message instanceof Balancer.Evicted m) {
      if (slot != null && m.lease().equals(lease())) {
        jobsLeft++;
        cluster.after(cluster.random.nextInt(200), () -> end(m.lease()));
      }
    } else if (message instanceof Balancer.Refused) {
      throw new AssertionError("refused: " + message);
    }
  }

  private void begin(Slot granted) {
    slot = granted;
    cluster.farm.enter(granted.backend(), node.id() + " session " + id);
    LeaseId lease = lease();
    node.ledger().connected(lease);
    cluster.after(20 + cluster.random.nextInt(cluster.longestJobMs()), () -> end(lease));
  }

  private void end(LeaseId lease) {
    Slot used = slot;
    if (used == null || !lease.equals(lease()) || !node.isAlive()) {
      return;
    }
    slot = null;
    cluster.farm.leave(used.backend());
    jobsLeft--;
    boolean asksFirst = cluster.random.nextBoolean();
    if (jobsLeft > 0 && asksFirst) {
      ask();
    }
    node.ledger()
        .release(lease, used, new Outcome.Finished(1, 1, 1, Optional.empty(), false), node.nanos());
    if (jobsLeft > 0 && !asksFirst) {
      ask();
    }
    if (jobsLeft <= 0) {
      node.over(id);
    }
  }

  /** The node's process is gone, and the kernel closes its sockets. */
  void die() {
    Slot used = slot;
    if (used != null) {
      slot = null;
      cluster.farm.leave(used.backend());
    }
  }

  /**
   * Its place in the queue is never another one, unless the agent that knew it is gone. What was
   * said before it had one may be said again.
   */
  void checkTicket(LeaseId of, long said, long agentLife) {
    boolean before = said == 0 && of.attempt() <= ticketAttempt;
    if (ticket != 0 && said != ticket && agentLife == ticketLife && !before) {
      throw new AssertionError(
          node.id() + " session " + id + " had ticket " + ticket + ", now " + said);
    }
    if (said != 0) {
      ticket = said;
      ticketLife = agentLife;
      ticketAttempt = of.attempt();
    }
  }
}
