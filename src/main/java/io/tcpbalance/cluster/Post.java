package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;

/** Sends mail to the {@link Nodes} of other nodes, and of this one. Any thread may call. */
public final class Post {

  private final ActorRefResolver resolver;
  private final String systemName;
  private final NodeId self;
  private final ActorRef<Object> here;
  private final Map<NodeId, ActorRef<Object>> there = new ConcurrentHashMap<>();

  /**
   * A post.
   *
   * @param here the actor of this node that hears {@link Letter}s; others have one of that path
   */
  Post(ActorSystem<?> system, NodeId self, ActorRef<Object> here) {
    resolver = ActorRefResolver.get(system);
    systemName = system.name();
    this.self = self;
    this.here = here;
  }

  static NodeId idOf(UniqueAddress node) {
    Address address = node.address();
    return new NodeId(address.getHost().orElse(""), address.getPort().orElse(0), node.longUid());
  }

  public static NodeId idOf(Member member) {
    return idOf(member.uniqueAddress());
  }

  NodeId self() {
    return self;
  }

  void send(NodeId to, Mail mail) {
    ActorRef<Object> ref = to.equals(self) ? here : there.computeIfAbsent(to, this::resolve);
    ref.tell(new Letter(self, to, mail));
  }

  private ActorRef<Object> resolve(NodeId node) {
    Address address = new Address("pekko", systemName, node.host(), node.port());
    return resolver.resolveActorRef(address + here.path().toStringWithoutAddress());
  }

  /** It will not be written to any more. */
  void forget(NodeId node) {
    there.remove(node);
  }
}
