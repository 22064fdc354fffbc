package io.tcpbalance.cluster.remote;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.Nodes;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.cluster.Post;
import io.tcpbalance.cluster.mail.NodeId;
import io.tcpbalance.supervision.Supervision;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.apache.pekko.cluster.ClusterEvent.CurrentClusterState;
import org.apache.pekko.cluster.typed.Cluster;

/** The nodes of this node's cluster: asks them, and has them answered. Any thread may call. */
public final class RemoteControl implements Nodes {

  private static final String SERIALIZER = "tcpbalance-parcel";

  /** Only for one whose {@link Carrier} failed meanwhile; that one tells in time. */
  private static final Duration MARGIN = Duration.ofSeconds(1);

  private final ActorSystem<?> system;
  private final Cluster cluster;
  private final BooleanSupplier majority;
  private final ActorRef<Object> carrier;
  private final ConcurrentHashMap<String, Servant> servants;

  private RemoteControl(
      ActorSystem<?> system,
      Cluster cluster,
      BooleanSupplier majority,
      ActorRef<Object> carrier,
      ConcurrentHashMap<String, Servant> servants) {
    this.system = system;
    this.cluster = cluster;
    this.majority = majority;
    this.carrier = carrier;
    this.servants = servants;
  }

  /** What the actor system of a node has to be started with, besides what {@code base} says. */
  public static Config configuration(Config base) {
    Map<String, Object> node =
        Map.of(
            "pekko.actor.serializers." + SERIALIZER,
            ParcelSerializer.class.getName(),
            "pekko.actor.serialization-bindings.\"" + Parcel.class.getName() + "\"",
            SERIALIZER);
    return ConfigFactory.parseMap(node, "tcpbalance.cluster").withFallback(base);
  }

  /**
   * Of a node that has its place in a cluster; an actor of the context's does the rest.
   *
   * @param majority whether this node is in contact with it
   */
  public static RemoteControl start(
      ActorContext<?> context, Supervision supervision, BooleanSupplier majority) {
    Cluster cluster = Cluster.get(context.getSystem());
    NodeId self = Post.idOf(cluster.selfMember());
    ConcurrentHashMap<String, Servant> servants = new ConcurrentHashMap<>();
    ActorRef<Object> carrier =
        context.spawn(supervision.neverGivingUp(Carrier.create(self, servants)), "remote");
    return new RemoteControl(context.getSystem(), cluster, majority, carrier, servants);
  }

  /**
   * Has questions of other nodes answered from now on.
   *
   * @param via the interface that those use who ask, such as {@code http}
   */
  public void serve(String via, Servant servant) {
    servants.put(via, servant);
  }

  @Override
  public boolean areCluster() {
    return true;
  }

  @Override
  public boolean haveMajority() {
    return majority.getAsBoolean();
  }

  @Override
  public List<Node> all() {
    return members().nodes();
  }

  private Members members() {
    CurrentClusterState now = cluster.state();
    return new Members(now.getMembers(), now.getUnreachable(), cluster.selfMember());
  }

  @Override
  public CompletionStage<RemoteAnswer> ask(Node node, RemoteRequest request, Duration timeout) {
    Optional<NodeId> to = node.address().flatMap(members()::at);
    if (to.isEmpty()) {
      return CompletableFuture.failedStage(new NoSuchElementException(node.name()));
    }
    return AskPattern.askWithStatus(
        carrier,
        replyTo -> new Carrier.Carry(to.get(), request, timeout, replyTo),
        timeout.plus(MARGIN),
        system.scheduler());
  }
}
