package io.tcpbalance.cluster;

import io.tcpbalance.cluster.mail.NodeId;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.pekko.cluster.Member;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Leave;

/**
 * Who belongs to the cluster. What the members are is looked up when it matters, and not only heard
 * of: whether another node is answered decides when the slots of that one are free.
 */
public final class Membership {

  private static final Set<MemberStatus> STAYING =
      Set.of(MemberStatus.joining(), MemberStatus.weaklyUp(), MemberStatus.up());

  private final Cluster cluster;
  private final Set<NodeId> farewells;

  /**
   * The members as this node sees them.
   *
   * @param farewells those that have nothing shared any more and will leave; may grow
   */
  Membership(Cluster cluster, Set<NodeId> farewells) {
    this.cluster = cluster;
    this.farewells = farewells;
  }

  private static Stream<Member> members(Cluster cluster) {
    return StreamSupport.stream(cluster.state().getMembers().spliterator(), false);
  }

  private Stream<Member> members() {
    return members(cluster);
  }

  private Set<NodeId> where(Predicate<Member> fits) {
    return members().filter(fits).map(Post::idOf).collect(Collectors.toSet());
  }

  /** One that is to be removed is not one any more. */
  public static boolean counts(Cluster cluster, NodeId node) {
    return members(cluster)
        .anyMatch(m -> Post.idOf(m).equals(node) && !m.status().equals(MemberStatus.down()));
  }

  boolean counts(NodeId node) {
    return counts(cluster, node);
  }

  /** Whether the later one came beside the earlier one, as the next generation of its process. */
  public static boolean follows(Member later, Member earlier) {
    NodeId before = Post.idOf(earlier);
    return before.host().equals(Post.idOf(later).host())
        && later.hasRole(ClusterConfig.besideRole(before.port()))
        && earlier.isOlderThan(later);
  }

  /** Those that came beside this node, in whatever state, but for those that leave already. */
  static List<Member> successors(Cluster cluster) {
    return members(cluster)
        .filter(m -> follows(m, cluster.selfMember()) && STAYING.contains(m.status()))
        .toList();
  }

  /** All that there are, whatever they said and are about to do. */
  Set<NodeId> known() {
    return where(m -> true);
  }

  /** Without those that said farewell. */
  Set<NodeId> all() {
    Set<NodeId> all = known();
    all.removeAll(farewells);
    return all;
  }

  /** Those that count in full, as far as this node knows. */
  Set<NodeId> up() {
    return where(m -> m.status().equals(MemberStatus.up()));
  }

  /** Who has a voice when it is decided which part of the cluster goes on. */
  Set<NodeId> voters() {
    return where(m -> m.hasRole(ClusterConfig.VOTER) && isVoting(m));
  }

  private static boolean isVoting(Member member) {
    MemberStatus status = member.status();
    return !status.equals(MemberStatus.joining()) && !status.equals(MemberStatus.weaklyUp());
  }

  /** Who has the pool, without those that said farewell. */
  Set<NodeId> sharing(String pool) {
    Set<NodeId> sharing = where(m -> m.hasRole(ClusterConfig.role(pool)));
    sharing.removeAll(farewells);
    return sharing;
  }

  /** Who of them is to have its balancer. */
  Optional<NodeId> oldest(String pool) {
    return members()
        .filter(m -> m.hasRole(ClusterConfig.role(pool)) && m.status().equals(MemberStatus.up()))
        .reduce((a, b) -> a.isOlderThan(b) ? a : b)
        .map(Post::idOf);
  }

  void leave() {
    cluster.manager().tell(Leave.create(cluster.selfMember().address()));
  }
}
