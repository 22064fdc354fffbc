package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.Difference;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.health.HealthMonitor;
import io.tcpbalance.state.PoolChanges;
import io.tcpbalance.state.PoolMerge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.jspecify.annotations.Nullable;

/** How a proxy goes over to other settings. Belongs to the supervisor's thread. */
final class Reconfiguration {

  /** What the supervisor hands back to it. */
  sealed interface Step extends ProxySupervisor.Command {}

  private record LeaveDoor(Doors doors, Doors.Door door) implements Step {}

  private record PoolReconfigured(
      ProxySupervisor.Reconfigure request,
      List<String> changes,
      Balancer.@Nullable Reconfigured pool)
      implements Step {}

  /** An address is left so long after another one is bound: longer than a handshake takes. */
  private static final Duration LEAVING = Duration.ofSeconds(2);

  private static final Duration POOL_TIMEOUT = Duration.ofSeconds(3);

  private final ActorContext<ProxySupervisor.Command> context;
  private final Estate estate;

  Reconfiguration(ActorContext<ProxySupervisor.Command> context, Estate estate) {
    this.context = context;
    this.estate = estate;
  }

  /**
   * Begins it.
   *
   * @return whether the proxy listens elsewhere now
   */
  boolean begin(ProxySupervisor.Reconfigure m, Household household) {
    ProxySettings before = estate.settings;
    ProxySettings now = m.settings();
    boolean moves = listensElsewhere(before, now);
    Optional<String> failure = moves ? move(household, now) : Optional.empty();
    if (failure.isPresent()) {
      m.replyTo().tell(ProxySupervisor.Reconfigured.failed(failure.get()));
      return false;
    }
    estate.settings = now;
    household.reconfigure();
    if (!now.health().equals(before.health())) {
      household.health.tell(new HealthMonitor.Reconfigure(now.health()));
    }
    List<String> changes =
        Difference.between(before, now).stream().map(Difference::toString).toList();
    reconfigurePool(m, household, changes);
    return moves;
  }

  private static boolean listensElsewhere(ProxySettings before, ProxySettings now) {
    return before.listen().port() != now.listen().port()
        || !before.listen().host().equals(now.listen().host());
  }

  /** Returns why it cannot. */
  private Optional<String> move(Household household, ProxySettings to) {
    try {
      Doors.Door left = household.doors.move(to.listen());
      context.scheduleOnce(LEAVING, context.getSelf(), new LeaveDoor(household.doors, left));
    } catch (IOException e) {
      String address = to.listen().host() + ":" + to.listen().port();
      return Optional.of("it cannot listen on " + address + ": " + e.getMessage());
    }
    household.listener.tell(Listener.Moved.INSTANCE);
    return Optional.empty();
  }

  /** What operators did to the back-ends holds, as it does when the daemon starts. */
  private void reconfigurePool(
      ProxySupervisor.Reconfigure m, Household household, List<String> changes) {
    List<BackendSettings> base = estate.configured;
    List<BackendSettings> wanted = m.settings().backends();
    PoolSettings settings = Policies.pool(m.settings());
    context.ask(
        Balancer.Reconfigured.class,
        household.balancer,
        POOL_TIMEOUT,
        (ActorRef<Balancer.Reconfigured> to) ->
            new Balancer.Reconfigure(now -> merged(base, wanted, now).backends(), settings, to),
        (pool, failure) -> new PoolReconfigured(m, changes, pool));
  }

  private static PoolMerge.Merged merged(
      List<BackendSettings> base, List<BackendSettings> wanted, List<BackendSettings> now) {
    return PoolMerge.merge(wanted, PoolChanges.between(base, now));
  }

  /** Goes on where it has waited. */
  void goOn(Step step) throws IOException {
    if (step instanceof LeaveDoor m) {
      m.doors().leave(m.door());
    } else if (step instanceof PoolReconfigured m) {
      answer(m);
    }
  }

  private void answer(PoolReconfigured m) {
    Balancer.Reconfigured pool = m.pool();
    if (pool == null) {
      m.request()
          .replyTo()
          .tell(
              new ProxySupervisor.Reconfigured(
                  m.changes(),
                  List.of(),
                  Optional.of("its back-ends are as before: the balancer did not answer")));
      return;
    }
    List<BackendSettings> wanted = m.request().settings().backends();
    List<String> overruled = merged(estate.configured, wanted, pool.before()).overruled();
    estate.configured = wanted;
    List<String> changes = new ArrayList<>(m.changes());
    PoolChanges.between(pool.before(), pool.after()).words("before").stream()
        .map(words -> "back-end " + words)
        .forEach(changes::add);
    m.request()
        .replyTo()
        .tell(new ProxySupervisor.Reconfigured(changes, overruled, Optional.empty()));
  }
}
