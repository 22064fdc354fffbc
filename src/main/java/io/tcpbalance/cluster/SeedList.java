package io.tcpbalance.cluster;

import java.util.List;
import java.util.stream.Stream;

/**
 * Decides whom a node asks to join, at one look for seeds after the other. Only the first seed may
 * form a cluster, and all others have to tell it that they are in none. Not thread-safe.
 *
 * <p>While nodes are being added to a name, one may see itself alone there, and would form a
 * cluster beside that of others. So a node that comes first believes only a list that it has seen
 * twice.
 *
 * <p>A node whose code was replaced is at its other port. While that goes on, or has just been
 * done, it may say at one port that it is in no cluster, and be a member at the other. So the first
 * seed forms one only if at those other ports there is nobody at all.
 */
final class SeedList {

  private final String self;
  private final int upgradePort;
  private List<String> seen;

  /**
   * A list.
   *
   * @param self {@code host:port} where other nodes reach this one
   * @param upgradePort the other port of all nodes, or 0 if they have none
   * @param known seeds as if they had been seen once; may be empty
   */
  SeedList(String self, int upgradePort, List<String> known) {
    this.self = self;
    this.upgradePort = upgradePort;
    this.seen = known;
  }

  /**
   * There was a look.
   *
   * @param found one or more, in the order that is the same on all nodes
   * @param taken those of {@link #atOtherPort} where somebody is, or may be
   * @return whom to ask until the next look; this node comes first if it is to form a cluster when
   *     all of the others say that they are in none; nobody if it is alone
   */
  List<String> found(List<String> found, List<String> taken) {
    boolean isBelieved = found.equals(seen);
    seen = found;
    if (self.equals(found.get(0)) && isBelieved && taken.isEmpty()) {
      return found;
    }
    return Stream.concat(found.stream(), taken.stream()).filter(this::isOther).toList();
  }

  /** Where the nodes of those seeds are if their code was replaced. */
  List<String> atOtherPort(List<String> found) {
    return upgradePort == 0
        ? List.of()
        : found.stream().map(this::moved).distinct().filter(this::isOther).toList();
  }

  private boolean isOther(String seed) {
    return !seed.equals(self);
  }

  /** Where the node of that seed is when its code was replaced. */
  String moved(String seed) {
    return seed.substring(0, seed.lastIndexOf(':') + 1) + upgradePort;
  }

  /** Whether this node is among those that were seen last. */
  boolean hasSelf() {
    return seen.stream().anyMatch(seed -> seed.equals(self) || moved(seed).equals(self));
  }
}
