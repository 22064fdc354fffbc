package io.tcpbalance.cluster;

import io.tcpbalance.admin.Texts;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Decides by the addresses of a name whom a node asks to join. The order is the same on all nodes,
 * and only the first may form a cluster when nobody answers. Not thread-safe.
 *
 * <p>While nodes are being added to a name, one may see itself alone there, and would form a
 * cluster beside that of others. So a node that comes first believes only a list that it has seen
 * twice.
 */
final class SeedList {

  private static final Comparator<InetSocketAddress> ORDER =
      Comparator.<InetSocketAddress>comparingInt(seed -> bytes(seed).length)
          .thenComparing(SeedList::bytes, Arrays::compareUnsigned)
          .thenComparingInt(InetSocketAddress::getPort);

  private final String self;
  private List<InetSocketAddress> seen = List.of();
  private List<InetSocketAddress> asked = List.of();

  /**
   * A list of nobody.
   *
   * @param self {@code host:port} where other nodes reach this one, as {@link Texts} write it
   */
  SeedList(String self) {
    this.self = self;
  }

  private static byte[] bytes(InetSocketAddress seed) {
    return seed.getAddress().getAddress();
  }

  /**
   * The name was looked up.
   *
   * @param found one or more
   * @return whom to ask from now on, the first one first; empty: as before
   */
  Optional<List<InetSocketAddress>> found(List<InetSocketAddress> found) {
    List<InetSocketAddress> seeds = found.stream().distinct().sorted(ORDER).toList();
    boolean mayForm = isSelf(seeds.get(0));
    boolean seenTwice = seeds.equals(seen);
    seen = seeds;
    if (seeds.equals(asked) || (mayForm && !seenTwice)) {
      return Optional.empty();
    }
    asked = seeds;
    return Optional.of(seeds);
  }

  /** Whether this node is among those that the name had last. */
  boolean hasSelf() {
    return seen.stream().anyMatch(this::isSelf);
  }

  private boolean isSelf(InetSocketAddress seed) {
    return Texts.address(seed).equals(self);
  }
}
