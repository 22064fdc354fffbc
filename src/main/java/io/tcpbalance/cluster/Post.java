package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.Letter;
import io.tcpbalance.cluster.mail.Mail;
import io.tcpbalance.cluster.mail.NodeId;
import org.apache.pekko.actor.ActorPath;
import org.apache.pekko.actor.Address;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.UniqueAddress;

/**
 * Sends mail to the {@link Nodes} of other nodes, and of this one. Any thread may call. Not final,
 * for those who count letters.
 */
public class Post {

  private final ActorSystem<?> system;
  private final NodeId self;
  private final ActorPath path;

  /**
   * A post.
   *
   * @param path of the actor that hears {@link Letter}s, the same on all nodes
   */
  Post(ActorSystem<?> system, NodeId self, ActorPath path) {
    this.system = system;
    this.self = self;
    this.path = path;
  }

  static NodeId idOf(UniqueAddress node) {
    Address address = node.address();
    return new NodeId(address.getHost().orElse(""), address.getPort().orElse(0), node.longUid());
  }

  public static NodeId idOf(Member member) {
    return idOf(member.uniqueAddress());
  }

  ActorSystem<?> system() {
    return system;
  }

  NodeId self() {
    return self;
  }

  void send(NodeId to, Mail mail) {
    at(system, to, path).tell(new Letter(self, to, mail));
  }

  /** The actor of that path on a node. Artery keeps those that were asked for lately. */
  public static ActorRef<Object> at(ActorSystem<?> system, NodeId node, ActorPath path) {
    Address address = new Address("pekko", system.name(), node.host(), node.port());
    return ActorRefResolver.get(system).resolveActorRef(address + path.toStringWithoutAddress());
  }
}
