package io.tcpbalance;

import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.proxy.Succession;
import io.tcpbalance.state.State;
import io.tcpbalance.state.StateRecorder;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/**
 * The proxies of the {@link Guardian}: those that serve, and those that only let their last
 * sessions finish. Belongs to the Guardian's thread, but for {@link #serving}.
 */
final class ProxyChildren {

  /** The proxies' actors have it to themselves; see tcpbalance-pekko.conf. */
  static final String DISPATCHER = "pekko.actor.proxy-dispatcher";

  static final DispatcherSelector SELECTOR = DispatcherSelector.fromConfig(DISPATCHER);

  private final ActorContext<?> context;
  private final ProxySurroundings around;
  private final State state;
  private final Optional<ActorRef<StateRecorder.Command>> recorder;
  private final Map<String, Roster.Holder> rosters = new HashMap<>();
  private final Set<ActorRef<ProxySupervisor.Command>> departing = new HashSet<>();
  private volatile Map<String, ActorRef<ProxySupervisor.Command>> serving = Map.of();

  ProxyChildren(
      ActorContext<?> context,
      ProxySurroundings around,
      State state,
      Optional<ActorRef<StateRecorder.Command>> recorder) {
    this.context = context;
    this.around = around;
    this.state = state;
    this.recorder = recorder;
  }

  /** By name, in the order of the configuration. Any thread may call. */
  Map<String, ActorRef<ProxySupervisor.Command>> serving() {
    return serving;
  }

  /** Starts one, with what operators changed of it, and watches it. */
  void start(ProxySettings proxy, ProxySupervisor.Birth birth) {
    List<BackendSettings> backends = state.restored(proxy.name(), proxy.backends());
    start(proxy, Roster.of(backends, Instant.now()), birth, Optional.empty());
  }

  /** Starts one that follows another generation's, and watches it. */
  ActorRef<ProxySupervisor.Command> start(
      ProxySettings proxy, Succession.Inheritance inheritance, ProxySupervisor.Birth birth) {
    return start(proxy, inheritance.bequest().roster(), birth, Optional.of(inheritance));
  }

  private ActorRef<ProxySupervisor.Command> start(
      ProxySettings proxy,
      Roster first,
      ProxySupervisor.Birth birth,
      Optional<Succession.Inheritance> inheritance) {
    Roster.Holder roster = new Roster.Holder(first);
    ActorRef<ProxySupervisor.Command> actor =
        context.spawn(
            around
                .supervision()
                .restarting(ProxySupervisor.create(proxy, roster, around, birth, inheritance)),
            freeName("proxy-" + proxy.name()),
            SELECTOR);
    context.watch(actor);
    rosters.put(proxy.name(), roster);
    record(proxy);
    publish(proxy.name(), actor);
    return actor;
  }

  /** One of the same name may have sessions yet. */
  private String freeName(String wanted) {
    String name = wanted;
    for (int i = 2; context.getChild(name).isPresent(); i++) {
      name = wanted + "-" + i;
    }
    return name;
  }

  /** What operators changed of it is from now on what differs from these settings. */
  void record(ProxySettings proxy) {
    Roster.Holder roster = rosters.get(proxy.name());
    if (roster != null) {
      recorder.ifPresent(
          actor -> actor.tell(new StateRecorder.Watch(proxy.name(), proxy.backends(), roster)));
    }
  }

  /** It does not count any more; returns it, if it was there. */
  Optional<ActorRef<ProxySupervisor.Command>> dismiss(String name) {
    ActorRef<ProxySupervisor.Command> actor = serving.get(name);
    publish(name, null);
    if (actor != null) {
      departing.add(actor);
    }
    return Optional.ofNullable(actor);
  }

  private void publish(String name, @Nullable ActorRef<ProxySupervisor.Command> actor) {
    Map<String, ActorRef<ProxySupervisor.Command>> copy = new LinkedHashMap<>(serving);
    copy.remove(name);
    if (actor != null) {
      copy.put(name, actor);
    }
    serving = Collections.unmodifiableMap(copy);
  }

  /** Shows them in the order of a new configuration. */
  void order(List<ProxySettings> proxies) {
    Map<String, ActorRef<ProxySupervisor.Command>> ordered = new LinkedHashMap<>();
    for (ProxySettings proxy : proxies) {
      ActorRef<ProxySupervisor.Command> actor = serving.get(proxy.name());
      if (actor != null) {
        ordered.put(proxy.name(), actor);
      }
    }
    serving = Collections.unmodifiableMap(ordered);
  }

  /** It has ended; returns whether it was on its way out. */
  boolean hasDeparted(ActorRef<?> actor) {
    return departing.remove(actor);
  }

  boolean isDeparting(ActorRef<?> actor) {
    return departing.contains(actor);
  }

  /** All that live. */
  List<ActorRef<ProxySupervisor.Command>> all() {
    List<ActorRef<ProxySupervisor.Command>> all = new ArrayList<>(serving.values());
    all.addAll(departing);
    return all;
  }

  int backendCount(String name) {
    Roster.Holder roster = rosters.get(name);
    return roster == null ? 0 : roster.get().staying().size();
  }
}
