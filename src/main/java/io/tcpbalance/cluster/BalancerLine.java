package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Ballot;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.Mail.Frame;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.cluster.mail.Piece;
import io.tcpbalance.cluster.mail.ToNode;
import io.tcpbalance.cluster.mail.ToPool;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The line from one life of an agent to the shared balancer that it obeys: of the greatest ballot
 * that its node has heard of. Until there is one, nothing can be said.
 */
final class BalancerLine {

  private final String pool;
  private final Promise promise;
  private final BiConsumer<NodeId, Mail> post;
  private final long life;
  private @Nullable Link<ToPool, ToNode> link;
  private Piece.Assembly<ToNode> pieces = Piece.Assembly.toNode();

  /** How much was said when all was told that there was. */
  private long censusEnd = Long.MAX_VALUE;

  BalancerLine(String pool, Promise promise, BiConsumer<NodeId, Mail> post) {
    this.pool = pool;
    this.promise = promise;
    this.post = post;
    life = promise.nextLife();
  }

  /** The number of the agent's life. */
  long life() {
    return life;
  }

  /** Whether a greater one is obeyed. */
  boolean isOfThePast(Ballot ballot) {
    return ballot.compareTo(promise.ballot) < 0;
  }

  void tellOfTheGreater(Ballot lesser) {
    post.accept(lesser.node(), new Mail.Superseded(pool, promise.ballot));
  }

  /** Whether this life of the agent has not begun to speak to it. */
  boolean isNew(Ballot ballot) {
    return link == null || ballot.compareTo(promise.ballot) > 0;
  }

  /** From now on this one is obeyed, and has been told nothing. */
  void begin(Ballot ballot) {
    promise.ballot = ballot;
    link = new Link<>();
    pieces = Piece.Assembly.toNode();
    censusEnd = Long.MAX_VALUE;
  }

  /** Says the last of all that there is to tell to one that has been told nothing. */
  void endCensus() {
    say(new ToPool.CensusEnd());
    if (link != null) {
      censusEnd = link.offered();
    }
  }

  /** Returns whether there is somebody to say it to. */
  boolean say(ToPool item) {
    if (link != null) {
      Piece.of(item).forEach(link::offer);
    }
    return link != null;
  }

  /** Whether the census has been heard by the one that is obeyed. */
  boolean isCensusHeard() {
    return link != null && link.acknowledged() >= censusEnd;
  }

  /** Only of the one that is obeyed. Hands on what is new, in order. */
  void receive(Mail.FromPool mail, long nowNanos, Consumer<ToNode> taken) {
    if (link != null && mail.life() == life) {
      link.receive(mail.frame(), nowNanos, item -> pieces.add(item).ifPresent(taken));
    }
  }

  /** Says again what was not acknowledged for long. */
  void tick(long nowNanos) {
    if (link != null) {
      link.tick(nowNanos);
    }
  }

  /** Sends what there is to be sent. */
  void flush(boolean acknowledges, long nowNanos) {
    if (link == null) {
      return;
    }
    Optional<Frame<ToPool>> frame = link.next(nowNanos);
    while (frame.isPresent()) {
      send(frame.get());
      frame = link.next(nowNanos);
    }
    if (acknowledges && link.owesAcknowledgement()) {
      send(link.acknowledgement());
    }
  }

  private void send(Frame<ToPool> frame) {
    post.accept(promise.ballot.node(), new Mail.FromNode(pool, promise.ballot, life, frame));
  }
}
