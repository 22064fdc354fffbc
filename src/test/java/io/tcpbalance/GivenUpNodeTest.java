package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.bootstrap.Alone;
import io.tcpbalance.bootstrap.Code;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.bootstrap.Predecessor;
import io.tcpbalance.cluster.SharedPools;
import io.tcpbalance.cluster.remote.RemoteControl;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.state.State;
import io.tcpbalance.supervision.Supervision;
import io.tcpbalance.testing.FreePorts;
import io.tcpbalance.testing.HeardLog;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** New code of a node that has joined the cluster, hangs, and is given up. */
@Timeout(90)
class GivenUpNodeTest {

  private static final String REASON = "it was not ready within 90 s";
  private static final Code CODE = new Code(List.of(Path.of("new.jar")), List.of(), Path.of("."));
  private static final Config SUDDEN_END =
      ConfigFactory.parseString("pekko.coordinated-shutdown.run-by-actor-system-terminate = off");
  private static final MemberStatus UP = MemberStatus.up();
  private static final MemberStatus JOINING = MemberStatus.joining();

  private final CountDownLatch hangs = new CountDownLatch(1);
  private final List<ActorSystem<?>> systems = new ArrayList<>();
  private LoadedSettings loaded;
  private ActorSystem<Guardian.Command> node;

  /** What the new code does until it is given up. */
  private volatile Runnable attempt = () -> {};

  @BeforeEach
  void start() throws Exception {
    loaded =
        SettingsLoader.parse(
            """
            tcpbalance {
              admin.enabled = off, console.enabled = off
              cluster { enabled = on, port = %d, upgrade-port = %d, stable-after = 60s }
              proxies {}
            }
            """
                .formatted(FreePorts.one(), FreePorts.one()),
            "test");
    Ground ground =
        new Alone() {
          @Override
          public void onSignal(String name, IntConsumer action) {}

          @Override
          public CompletionStage<Integer> upgrade(Code code, Predecessor self) {
            return CompletableFuture.runAsync(attempt)
                .thenCompose(
                    done -> CompletableFuture.failedStage(new IllegalStateException(REASON)));
          }
        };
    Behavior<Guardian.Command> guardian =
        Guardian.create(loaded, () -> loaded, State.off(), ground, Optional.empty(), new Ending());
    node = start(guardian, cluster(), OptionalInt.empty());
    await("a cluster", () -> isThere(cluster().port(), UP));
  }

  @AfterEach
  void end() {
    hangs.countDown();
    for (ActorSystem<?> system : systems) {
      system.terminate();
      system.getWhenTerminated().toCompletableFuture().join();
    }
  }

  private ClusterSettings cluster() {
    return loaded.settings().cluster();
  }

  private <T> ActorSystem<T> start(Behavior<T> guardian, ClusterSettings here, OptionalInt beside) {
    ActorSystem<T> system =
        ActorSystem.create(
            guardian,
            "tcpbalance",
            SharedPools.setup(
                SUDDEN_END.withFallback(loaded.pekko()),
                here,
                List.of("p"),
                beside,
                RemoteControl::configuration));
    systems.add(system);
    return system;
  }

  /** Another generation, which joins and then does nothing more, nor hears anything. */
  private ActorSystem<?> startHanging() {
    int before = cluster().port();
    ClusterSettings here = cluster().at(cluster().upgradePort());
    return start(joinsAndHangs("127.0.0.1:" + before, here), here, OptionalInt.of(before));
  }

  private Behavior<Object> joinsAndHangs(String before, ClusterSettings here) {
    return Behaviors.setup(
        context -> {
          Resolver resolver = new Resolver(Duration.ZERO, Duration.ofSeconds(5));
          Supervision supervision = new Supervision(loaded.settings().supervision(), false);
          SharedPools pools =
              SharedPools.join(
                  context,
                  here,
                  supervision,
                  resolver,
                  Optional.of(before),
                  System::nanoTime,
                  InstantSource.system());
          CompletionStage<?> unused = pools.joinBeside();
          resolver.close();
          context.getSelf().tell("hang");
          return Behaviors.receiveMessage(
              m -> {
                hangs.await();
                return Behaviors.same();
              });
        });
  }

  /** One that is out of reach from now on, which keeps whoever joins from becoming a member. */
  private void loseMember() throws Exception {
    ActorSystem<?> third =
        start(
            Behaviors.setup(
                context -> {
                  Address seed = Cluster.get(node).selfMember().address();
                  Cluster.get(context.getSystem()).manager().tell(Join.create(seed));
                  return Behaviors.empty();
                }),
            cluster().at(0),
            OptionalInt.empty());
    await("a third member", () -> Cluster.get(third).selfMember().status().equals(UP));
    third.terminate();
    await("one that is out of reach", () -> !Cluster.get(node).state().getUnreachable().isEmpty());
  }

  private boolean isThere(int port, MemberStatus status) {
    Iterable<Member> members = Cluster.get(node).state().getMembers();
    return StreamSupport.stream(members.spliterator(), false)
        .anyMatch(
            member ->
                member.address().getPort().equals(Optional.of(port))
                    && member.status().equals(status));
  }

  private static void await(String what, BooleanSupplier condition) throws InterruptedException {
    while (!condition.getAsBoolean()) {
      LockSupport.parkNanos(20_000_000);
      if (Thread.interrupted()) {
        throw new InterruptedException("there never was " + what);
      }
    }
  }

  private void upgradeFails() {
    CompletionStage<Integer> upgrade =
        AskPattern.askWithStatus(
            node,
            replyTo -> new Guardian.Upgrade(CODE, replyTo),
            Duration.ofSeconds(30),
            node.scheduler());
    try {
      upgrade.toCompletableFuture().join();
    } catch (CompletionException e) {
      assertEquals(REASON, UpgradeRequests.reason(e));
      return;
    }
    throw new AssertionError("it was replaced");
  }

  private static boolean isFree(int port) {
    try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
      return socket.isBound();
    } catch (IOException e) {
      return false;
    }
  }

  /** It is not in the cluster any more, nor in anybody's way. */
  private void awaitPutOut(int port, HeardLog log) throws InterruptedException {
    await("an end of " + port, () -> !isThere(port, UP) && !isThere(port, JOINING));
    await("a free port " + port, () -> isFree(port));
    String told = "127.0.0.1:" + port + " is put out of the cluster: it is new code of this node";
    assertEquals(1, log.lines().stream().filter(line -> line.startsWith(told)).count());
  }

  @Test
  void isPutOutOfTheClusterThoughItHangsAndEndsWhenItDoesNoMore() throws Exception {
    int port = cluster().upgradePort();
    CompletableFuture<ActorSystem<?>> hanging = new CompletableFuture<>();
    attempt =
        () -> {
          hanging.complete(startHanging());
          while (!isThere(port, UP)) {
            LockSupport.parkNanos(20_000_000);
          }
        };
    try (HeardLog log = new HeardLog("io.tcpbalance")) {
      upgradeFails();
      assertTrue(isThere(port, UP));

      awaitPutOut(port, log);
    }
    CompletionStage<?> terminated = hanging.join().getWhenTerminated();
    assertFalse(terminated.toCompletableFuture().isDone());
    hangs.countDown();
    terminated.toCompletableFuture().join();
  }

  @Test
  void isPutOutByTheNextAttemptThoughItHasNotBecomeAMember() throws Exception {
    int port = cluster().upgradePort();
    loseMember();
    ActorSystem<?> unused = startHanging();
    await("one that joins", () -> isThere(port, JOINING));
    try (HeardLog log = new HeardLog("io.tcpbalance")) {
      upgradeFails();

      awaitPutOut(port, log);
    }
  }
}
