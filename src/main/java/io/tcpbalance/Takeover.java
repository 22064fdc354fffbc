package io.tcpbalance;

import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.Succession;
import io.tcpbalance.state.State;
import java.nio.channels.Channel;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.pattern.StatusReply;
import org.jspecify.annotations.Nullable;

/** How this generation follows the one before. Belongs to the Guardian's thread. */
final class Takeover {

  private final ActorContext<Guardian.Command> context;
  private final State state;
  private final ProxyChildren proxies;

  /** Who waits for the proxies to be ready. */
  private @Nullable ActorRef<StatusReply<Map<String, ActorRef<ProxySupervisor.Command>>>> asker;

  private final Map<String, ActorRef<ProxySupervisor.Command>> begun = new HashMap<>();
  private final Set<String> ready = new HashSet<>();

  Takeover(ActorContext<Guardian.Command> context, State state, ProxyChildren proxies) {
    this.context = context;
    this.state = state;
    this.proxies = proxies;
  }

  /**
   * Starts the proxies.
   *
   * @return why it cannot, if so
   */
  Optional<String> begin(
      Guardian.Begin m, List<ProxySettings> settings, ProxySupervisor.Birth birth) {
    asker = m.replyTo();
    Channel lock = m.channels().get(LeavingHouse.STATE_LOCK);
    if (lock != null) {
      state.inherit(lock);
    }
    for (ProxySettings proxy : settings) {
      Succession.Inheritance inheritance = m.inheritances().get(proxy.name());
      if (inheritance == null) {
        return Optional.of("nothing is inherited for proxy " + proxy.name());
      }
      begun.put(proxy.name(), proxies.start(proxy, inheritance, birth));
    }
    return Optional.empty();
  }

  /** A proxy listens; the last one of those that were begun ends the beginning. */
  void listens(String proxy) {
    if (asker != null) {
      ready.add(proxy);
      if (ready.size() == begun.size()) {
        asker.tell(StatusReply.success(Map.copyOf(begun)));
        asker = null;
      }
    }
  }

  /**
   * Leaves all to the generation before, if that has not been followed yet.
   *
   * @return whether it was not; then this one is told to give up
   */
  boolean fail(String reason) {
    if (asker == null) {
      return false;
    }
    state.disown();
    asker.tell(StatusReply.error(reason));
    asker = null;
    return true;
  }

  /** Goes over to what the configuration says otherwise than when the one before read it. */
  void reconfigure(List<ProxySettings> settings) {
    for (ProxySettings proxy : settings) {
      ActorRef<ProxySupervisor.Command> actor = begun.get(proxy.name());
      if (actor != null) {
        actor.tell(new ProxySupervisor.Reconfigure(proxy, context.getSystem().ignoreRef()));
      }
    }
  }
}
