package io.tcpbalance.cluster;

import io.tcpbalance.admin.Texts;
import io.tcpbalance.config.ClusterSettings;
import io.tcpbalance.config.ClusterSettings.SeedDns;
import io.tcpbalance.dns.Resolver;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/**
 * Where a node looks for others to join.
 *
 * @param name what it is called where it is told of
 * @param known whom it has without being looked at, {@code host:port} of each, the first one first;
 *     may be empty
 * @param look finds one or more, in the same way, or fails with a reason for a person
 * @param pace how long from one look to the next until the node is a member
 */
record Seeds(
    String name, List<String> known, Supplier<CompletionStage<List<String>>> look, Duration pace) {

  /** The same on all nodes, whatever that of a name server's answer is. */
  private static final Comparator<InetSocketAddress> ORDER =
      Comparator.<InetSocketAddress>comparingInt(seed -> bytes(seed).length)
          .thenComparing(Seeds::bytes, Arrays::compareUnsigned)
          .thenComparingInt(InetSocketAddress::getPort);

  /** Those of the settings, if there are any. */
  static Optional<Seeds> of(ClusterSettings settings, Resolver resolver) {
    if (settings.seedDns().isPresent()) {
      return settings.seedDns().map(dns -> named(dns, resolver));
    }
    return Optional.of(settings.seedNodes()).filter(nodes -> !nodes.isEmpty()).map(Seeds::listed);
  }

  private static Seeds listed(List<String> nodes) {
    return new Seeds(
        "cluster.seed-nodes",
        nodes,
        () -> CompletableFuture.completedFuture(nodes),
        Duration.ofSeconds(3));
  }

  private static Seeds named(SeedDns dns, Resolver resolver) {
    return new Seeds(
        dns.name(),
        List.of(),
        () -> resolver.resolve(dns.name(), dns.port()).thenApply(Seeds::inOrder),
        Duration.ofSeconds(5));
  }

  static List<String> inOrder(List<InetSocketAddress> found) {
    return found.stream().sorted(ORDER).map(Texts::address).distinct().toList();
  }

  private static byte[] bytes(InetSocketAddress seed) {
    return seed.getAddress().getAddress();
  }
}
