package io.tcpbalance.balancer;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How far a balancer, or what stands for one, is on its way out, beyond its lives: {@code reigning
 * → frozen → retired}, or back from frozen to reigning. What sessions tell while it is frozen
 * counts in any case: it is noted for the heir, to whom it is told first of all.
 */
public final class Succession {

  private final List<Balancer.LeaseFact> noted = new ArrayList<>();
  private boolean frozen;
  private @Nullable Consumer<Balancer.LeaseFact> heir;

  /** From the one on its way to the other. */
  public boolean isFrozen() {
    return frozen;
  }

  /** Set once it has retired. */
  public @Nullable Consumer<Balancer.LeaseFact> heir() {
    return heir;
  }

  /** What is told from now on is noted. */
  public void freeze() {
    frozen = true;
    noted.clear();
  }

  /** Does nothing while it reigns. */
  public void note(Balancer.LeaseFact fact) {
    if (frozen) {
      noted.add(fact);
    }
  }

  /** It reigns on. */
  public void thaw() {
    frozen = false;
    noted.clear();
  }

  /** The heir reigns, and is told what was noted. */
  public void retire(Consumer<Balancer.LeaseFact> newHeir) {
    heir = newHeir;
    noted.forEach(newHeir);
    noted.clear();
  }
}
