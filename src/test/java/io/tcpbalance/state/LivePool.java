package io.tcpbalance.state;

import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolSettings;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.balancer.Roster;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.HealthCheck;
import io.tcpbalance.config.HealthSettings;
import io.tcpbalance.config.QueueSettings;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.supervision.Kill;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.DrillFilter;
import io.tcpbalance.testing.TestSettings;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.japi.function.Function;
import org.apache.pekko.pattern.StatusReply;

/** A real balancer without a client, and what is needed to operate it. */
final class LivePool {

  /** So many restarts that nothing is ever given up. */
  static final Supervision SUPERVISION =
      new Supervision(new SupervisionSettings(1_000_000, Duration.ofSeconds(30)), true);

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final HealthSettings UNPROBED =
      new HealthSettings(
          HealthCheck.NONE,
          Duration.ofSeconds(2),
          Duration.ofSeconds(2),
          2,
          2,
          Duration.ZERO,
          Duration.ofSeconds(60),
          Duration.ofSeconds(10),
          TestSettings.TRIALS);

  final List<BackendSettings> configured;
  final Roster.Holder roster;
  private final ActorTestKit kit;
  private final ActorRef<Balancer.Command> balancer;

  LivePool(ActorTestKit kit, List<BackendSettings> configured) {
    this.kit = kit;
    this.configured = configured;
    roster = new Roster.Holder(Roster.of(configured, Instant.EPOCH));
    balancer =
        kit.spawn(
            SUPERVISION.restarting(
                Balancer.create(
                    "test",
                    roster,
                    new PoolSettings(new QueueSettings(Duration.ofSeconds(60), 10), UNPROBED, true),
                    System::nanoTime,
                    InstantSource.system(),
                    kit.spawn(nobody()))));
  }

  private static Behavior<Balancer.RegistrarMessage> nobody() {
    return Behaviors.receive(Balancer.RegistrarMessage.class)
        .onMessage(
            Balancer.TakeCensus.class,
            m -> {
              m.replyTo().tell(new Balancer.Roll(m.epoch(), Set.of()));
              return Behaviors.same();
            })
        .build();
  }

  StateRecorder.Watch watch(String proxy) {
    return new StateRecorder.Watch(proxy, configured, roster);
  }

  /** Fails if the operation is refused. */
  <R> CompletionStage<R> operate(Function<ActorRef<StatusReply<R>>, Balancer.Command> operation) {
    return AskPattern.<Balancer.Command, R>askWithStatus(
        balancer, operation, PATIENCE, kit.system().scheduler());
  }

  /** What operators are shown; what is being removed is as good as gone. */
  List<BackendSettings> shown() {
    return AskPattern.<Balancer.Command, PoolStatus>ask(
            balancer, Balancer.Describe::new, PATIENCE, kit.system().scheduler())
        .toCompletableFuture()
        .join()
        .backends()
        .stream()
        .filter(b -> !b.removing())
        .map(b -> b.settings())
        .toList();
  }

  void kill() {
    new Kill(DrillFilter.REASON).send(balancer);
  }
}
