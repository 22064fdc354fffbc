package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far a balancer is on its way out, beyond its lives: {@code reigning → frozen → retired}, or
 * back from frozen to reigning. What sessions tell while it is frozen counts in any case: it is
 * noted for the heir, to whom it is told first of all.
 */
final class Succession {

  private final List<Balancer.LeaseFact> noted = new ArrayList<>();
  private boolean frozen;
  private @Nullable Consumer<Balancer.LeaseFact> heir;

  boolean isFrozen() {
    return frozen;
  }

  /** Set once it has retired. */
  @Nullable Consumer<Balancer.LeaseFact> heir() {
    return heir;
  }

  void freeze() {
    frozen = true;
    noted.clear();
  }

  /** Does nothing while it reigns. */
  void note(Balancer.LeaseFact fact) {
    if (frozen) {
      noted.add(fact);
    }
  }

  void thaw() {
    frozen = false;
    noted.clear();
  }

  void retire(Consumer<Balancer.LeaseFact> newHeir) {
    heir = newHeir;
    noted.forEach(newHeir);
    noted.clear();
  }
}
