package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.Refusal;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.relay.StreamRelay;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.jspecify.annotations.Nullable;

/**
 * One client of a plain TCP proxy: it wants a slot as soon as it is there, keeps it for as long as
 * it is connected, and ends when the relay ends.
 */
final class StreamSession extends Session {

  private final StreamRelay relay;

  StreamSession(
      ActorContext<Balancer.SessionMessage> context,
      SessionEntry entry,
      StreamRelay relay,
      Surroundings around,
      @Nullable Past past) {
    super(context, entry, around, past);
    this.relay = relay;
    relay.start(new RelayCallbacks(entry, context.getSelf(), around));
    arrive(entry.id, past == null ? entry.acceptedAtNanos : past.arrivedAtNanos());
  }

  @Override
  public Receive<Balancer.SessionMessage> createReceive() {
    return slotMessages()
        .onMessage(Balancer.Evicted.class, this::onEvicted)
        .onMessage(Balancer.BackendLost.class, m -> this)
        .build();
  }

  @Override
  Wish wish() {
    return avoid.isEmpty()
        ? Wish.anything()
        : new Wish("", Set.copyOf(avoid), Set.of(), Optional.empty());
  }

  @Override
  void waits() {
    relay.watch();
  }

  @Override
  void refused(Refusal reason) {
    complain(reason, "client " + relay.clientAddress() + " closed");
    relay.close();
  }

  private Behavior<Balancer.SessionMessage> onEvicted(Balancer.Evicted m) {
    if (isCurrent(m.lease())) {
      relay.close();
    }
    return this;
  }
}
