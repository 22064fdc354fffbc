package io.tcpbalance;

import io.tcpbalance.proxy.ProxySupervisor;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Which proxies have sessions yet while they end. Belongs to the Guardian's thread. */
final class Draining {

  /** A proxy's last session has ended. */
  record Drained(ActorRef<ProxySupervisor.Command> proxy) implements Guardian.Command {}

  private final ActorContext<Guardian.Command> context;
  private final ProxyChildren proxies;

  /** Once the daemon stops. */
  private final Set<ActorRef<ProxySupervisor.Command>> undrained = new HashSet<>();

  Draining(ActorContext<Guardian.Command> context, ProxyChildren proxies) {
    this.context = context;
    this.proxies = proxies;
  }

  void begin() {
    undrained.addAll(proxies.all());
    proxies.all().forEach(this::begin);
  }

  /** For one alone, which ends when it is drained if it is dismissed. */
  void begin(ActorRef<ProxySupervisor.Command> proxy) {
    ActorRef<ProxySupervisor.Drained> drained =
        context.messageAdapter(ProxySupervisor.Drained.class, m -> new Drained(m.proxy()));
    proxy.tell(new ProxySupervisor.Drain(drained));
  }

  /** One that departs is told of by its end. */
  void end(Drained m) {
    if (proxies.isDeparting(m.proxy())) {
      context.stop(m.proxy());
    } else {
      undrained.remove(m.proxy());
    }
  }

  void hasEnded(ActorRef<?> proxy) {
    undrained.removeIf(other -> other.path().equals(proxy.path()));
  }

  boolean isOver() {
    return undrained.isEmpty();
  }
}
