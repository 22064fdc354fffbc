package io.tcpbalance.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.SettingsLoader;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.StreamSupport;
import org.apache.pekko.actor.BootstrapSetup;
import org.apache.pekko.actor.setup.ActorSystemSetup;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;

/** A node of a cluster within this JVM, without any proxy. Waits until the test's time-out. */
final class RunningNode implements AutoCloseable {

  private final ActorSystem<?> system;

  /**
   * A node.
   *
   * @param block the inside of the block {@code cluster}
   */
  RunningNode(String block, Behavior<?> guardian) throws InvalidSettingsException {
    system = ActorSystem.create(guardian, "tcpbalance", setup(block));
  }

  private static LoadedSettings load(String block) throws InvalidSettingsException {
    return SettingsLoader.parse("tcpbalance.cluster { enabled = on, " + block + " }", "test.conf");
  }

  /** Those of that block. */
  static ClusterSettings settings(String block) throws InvalidSettingsException {
    return load(block).settings().cluster();
  }

  private static ActorSystemSetup setup(String block) throws InvalidSettingsException {
    LoadedSettings loaded = load(block);
    Config adapted =
        ConfigFactory.parseString(
            """
            # Nobody is left whom it would have to tell.
            pekko.coordinated-shutdown.run-by-actor-system-terminate = off
            # What comes over one connection comes in order.
            pekko.remote.artery.advanced.inbound-lanes = 1
            """);
    return ActorSystemSetup.create(
        BootstrapSetup.create(
            ClusterConfig.over(
                adapted.withFallback(loaded.pekko()),
                loaded.settings().cluster(),
                List.of(),
                OptionalInt.empty())));
  }

  ActorSystem<?> system() {
    return system;
  }

  boolean isMember() {
    return !Cluster.get(system).selfMember().status().equals(MemberStatus.removed());
  }

  /** The hosts of the members that are up, as this node sees them. */
  List<String> members() {
    Iterable<Member> members = Cluster.get(system).state().getMembers();
    return StreamSupport.stream(members.spliterator(), false)
        .filter(member -> member.status().equals(MemberStatus.up()))
        .map(member -> Post.idOf(member).host())
        .sorted()
        .toList();
  }

  void awaitMembers(String... hosts) throws InterruptedException {
    while (!members().equals(List.of(hosts))) {
      LockSupport.parkNanos(20_000_000);
      if (Thread.interrupted()) {
        throw new InterruptedException("members are " + members() + ", never " + List.of(hosts));
      }
    }
  }

  @Override
  public void close() {
    system.terminate();
    system.getWhenTerminated().toCompletableFuture().join();
  }
}
