package io.tcpbalance.cluster.remote;

import static java.util.function.Predicate.not;

import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.cluster.ClusterConfig;
import io.tcpbalance.cluster.Membership;
import io.tcpbalance.cluster.Post;
import io.tcpbalance.cluster.mail.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;

/** What Pekko tells of the members of a cluster at one moment, in an operator's words. */
final class Members {

  private final List<Member> members;
  private final Set<Member> unreachable;
  private final NodeId self;

  /**
   * They.
   *
   * @param members all
   * @param unreachable those of them who were not heard of lately
   * @param self this node, which is told of even before it is a member
   */
  Members(Iterable<Member> members, Set<Member> unreachable, Member self) {
    this.self = Post.idOf(self);
    this.unreachable = unreachable;
    this.members = new ArrayList<>();
    members.forEach(this.members::add);
    if (this.members.stream().map(Post::idOf).noneMatch(this.self::equals)) {
      this.members.add(self);
    }
    this.members.sort(Comparator.comparing(Post::idOf));
  }

  /** The one that has this address. */
  Optional<NodeId> at(String address) {
    return members.stream().map(Post::idOf).filter(id -> id.toString().equals(address)).findFirst();
  }

  List<Node> nodes() {
    Set<Member> deciding = deciding();
    List<Node> nodes = new ArrayList<>();
    List<Member> serving = members.stream().filter(not(this::isHidden)).toList();
    for (Member member : serving) {
      NodeId id = Post.idOf(member);
      boolean isSelf = id.equals(self);
      nodes.add(
          new Node(
              isAloneOnHost(id, serving) ? id.host() : id.toString(),
              Optional.of(id.toString()),
              word(member.status()),
              isSelf || !unreachable.contains(member),
              isSelf,
              member.hasRole(ClusterConfig.VOTER),
              deciding.contains(member)));
    }
    return nodes;
  }

  private static boolean isAloneOnHost(NodeId id, List<Member> among) {
    return among.stream().filter(m -> Post.idOf(m).host().equals(id.host())).count() == 1;
  }

  /**
   * Of two generations of one daemon the later one is there for those who know, until the earlier
   * one leaves, and from then on it alone.
   */
  private boolean isHidden(Member member) {
    return members.stream()
        .anyMatch(
            other ->
                (Membership.follows(member, other) && isShownBefore(other, member))
                    || (Membership.follows(other, member) && !isShownBefore(member, other)));
  }

  /** Who asks itself serves. */
  private boolean isShownBefore(Member earlier, Member later) {
    return Post.idOf(earlier).equals(self)
        || (earlier.status().equals(MemberStatus.up()) && !Post.idOf(later).equals(self));
  }

  /** The oldest of each pool. */
  private Set<Member> deciding() {
    Map<String, Member> oldest = new HashMap<>();
    for (Member member : members) {
      if (member.status().equals(MemberStatus.up())) {
        member.getRoles().stream()
            .filter(ClusterConfig::isOfPool)
            .forEach(pool -> oldest.merge(pool, member, (a, b) -> a.isOlderThan(b) ? a : b));
      }
    }
    return new HashSet<>(oldest.values());
  }

  /** One that no other has heard of yet is not removed, but wants to join. */
  private static String word(MemberStatus status) {
    return status.equals(MemberStatus.removed())
        ? "joining"
        : status.toString().toLowerCase(Locale.ROOT);
  }
}
