package io.tcpbalance.health;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Asks the hosts of those back-ends that learn their slots, now and then, and tells the balancer.
 * Belongs to a {@link HealthMonitor}, which hands it its messages.
 *
 * <p>A host that has failed is not asked: it is asked as soon as it is back. What a host told last
 * is the balancer's to keep.
 */
final class SlotLearner {

  /** A tenth less is still more than {@link StatsReader#AGAIN_AFTER}. */
  static final Duration INTERVAL = Duration.ofSeconds(34);

  /** It is time to ask again. */
  record Due(Host host) implements Balancer.WatcherMessage {}

  /** The host has answered, or has not. */
  record Told(Host host, StatsPages.Answer answer) implements Balancer.WatcherMessage {}

  /** A back-end whose slots are learned. */
  static final class Host {
    private final String backend;
    private final String host;
    private final int port;
    private boolean healthy;
    private boolean asked;

    /** What was told last of why it is not understood; empty: it was. */
    private String problem = "";

    private Host(BackendStatus status) {
      backend = status.name();
      host = status.host();
      port = status.learning().statsPort();
      healthy = status.healthy();
    }

    private boolean leadsTo(BackendStatus status) {
      return host.equals(status.host()) && port == status.learning().statsPort();
    }
  }

  private final ActorContext<Balancer.WatcherMessage> context;
  private final TimerScheduler<Balancer.WatcherMessage> timers;
  private final HealthMonitor.Surroundings around;
  private final ProbeSchedule schedule;
  private final Map<String, Host> hosts = new HashMap<>();

  SlotLearner(
      ActorContext<Balancer.WatcherMessage> context,
      TimerScheduler<Balancer.WatcherMessage> timers,
      HealthMonitor.Surroundings around) {
    this.context = context;
    this.timers = timers;
    this.around = around;
    schedule = new ProbeSchedule(INTERVAL, around.random());
  }

  /** These are all back-ends. */
  void follow(List<BackendStatus> backends) {
    Map<String, BackendStatus> wanted = new HashMap<>();
    backends.stream()
        .filter(SlotLearner::learns)
        .forEach(status -> wanted.put(status.name(), status));
    hosts
        .values()
        .removeIf(
            host -> {
              BackendStatus status = wanted.get(host.backend);
              boolean gone = status == null || !host.leadsTo(status);
              if (gone) {
                timers.cancel(host);
              }
              return gone;
            });
    wanted.values().forEach(this::follow);
  }

  private static boolean learns(BackendStatus status) {
    return status.learning().on() && !status.removing() && status.state() != OperatorState.DOWN;
  }

  private void follow(BackendStatus status) {
    if (hosts.containsKey(status.name())) {
      healthChanged(status.name(), status.healthy());
    } else {
      Host host = new Host(status);
      hosts.put(host.backend, host);
      ask(host);
    }
  }

  void healthChanged(String backend, boolean healthy) {
    Host host = hosts.get(backend);
    if (host != null && host.healthy != healthy) {
      host.healthy = healthy;
      ask(host);
    }
  }

  void onDue(Due m) {
    ask(m.host());
  }

  private void ask(Host host) {
    if (host.healthy && !host.asked && isCurrent(host)) {
      host.asked = true;
      context.pipeToSelf(
          around.statsPages().ask(host.host, host.port),
          (answer, failure) ->
              new Told(
                  host,
                  answer != null ? answer : StatsPages.Answer.failed(String.valueOf(failure))));
    }
  }

  /** Whether it is still wanted, and at this address. */
  private boolean isCurrent(Host host) {
    return hosts.get(host.backend) == host;
  }

  void onTold(Told m) {
    Host host = m.host();
    host.asked = false;
    if (isCurrent(host)) {
      learn(host, m.answer());
      timers.startSingleTimer(host, new Due(host), schedule.nextAfter(Duration.ZERO));
    }
  }

  private void learn(Host host, StatsPages.Answer answer) {
    String problem = answer.problem();
    if (answer.jobs().isPresent()) {
      long told = answer.jobs().getAsLong();
      int slots = (int) Math.max(1, Math.min(told, BackendSettings.MAX_CONNECTIONS));
      if (slots != told) {
        problem = "it tells " + told + ", which is taken as " + slots;
      }
      around.balancer().tell(new Balancer.Learned(host.backend, slots));
    }
    if (!problem.equals(host.problem)) {
      host.problem = problem;
      tellOf(host);
    }
  }

  private void tellOf(Host host) {
    String proxy = context.getSelf().path().parent().name();
    if (host.problem.isEmpty()) {
      context.getLog().info("{}: back-end {} tells its slots again", proxy, host.backend);
    } else {
      context
          .getLog()
          .warn(
              "{}: back-end {} does not tell its slots (distccd --stats, port {}), so it keeps"
                  + " those it has: {}",
              proxy,
              host.backend,
              host.port,
              host.problem);
    }
  }
}
