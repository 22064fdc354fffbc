package io.tcpbalance.cluster.mail;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.Outcome;
import io.tcpbalance.balancer.Placement;
import io.tcpbalance.balancer.Wish;
import io.tcpbalance.config.BackendSettings;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.Optional;
import java.util.function.ToIntFunction;

/** How many bytes something takes on the wire at most, without writing it. */
final class Sizes {

  /** What an item has beside texts and lists: its name, numbers, their lengths. */
  static final int ITEM = 100;

  private static final int LENGTH = 5;
  private static final int LONGEST_IN_UTF8 = 3;

  private Sizes() {}

  static int text(String text) {
    return LENGTH + LONGEST_IN_UTF8 * text.length();
  }

  static int text(Optional<String> text) {
    return 1 + text.map(Sizes::text).orElse(0);
  }

  static int texts(Collection<String> texts) {
    return list(texts, Sizes::text);
  }

  static <T> int list(Collection<T> values, ToIntFunction<T> size) {
    return LENGTH + values.stream().mapToInt(size).sum();
  }

  static int node(NodeId node) {
    return 20 + text(node.host());
  }

  /** A literal address is shorter than what is written of it in letters. */
  static int address(InetSocketAddress address) {
    return 30 + text(address.getHostString());
  }

  static int slot(Slot slot) {
    return 5 + text(slot.backend()) + text(slot.host());
  }

  static int wish(Wish wish) {
    return text(wish.compiler()) + texts(wish.avoid()) + texts(wish.exclude()) + text(wish.only());
  }

  static int outcome(Outcome outcome) {
    if (outcome instanceof Outcome.Finished o) {
      return 50 + text(o.error());
    } else if (outcome instanceof Outcome.ConnectFailed o) {
      return 30 + text(o.reason());
    }
    return 50;
  }

  static int placement(Placement placement) {
    return 20 + (placement instanceof Placement.After after ? text(after.name()) : 0);
  }

  static int settings(BackendSettings b) {
    return 50 + text(b.name()) + text(b.host()) + texts(b.compilers());
  }

  static int status(BackendStatus b) {
    return 130 + text(b.name()) + text(b.host()) + texts(b.compilers()) + text(b.lastError());
  }
}
