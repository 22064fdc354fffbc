package io.tcpbalance.bootstrap;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A predecessor as its successor has it: nothing of it is held once it has ended, whatever the
 * successor keeps.
 */
final class Severable implements Predecessor {

  private final AtomicReference<@Nullable Predecessor> target;
  private final int number;
  private final Runnable whenReady;
  private final Runnable whenHandedOver;
  private final CompletableFuture<String> refusal = new CompletableFuture<>();

  /**
   * @param number of the predecessor
   * @param whenReady run before the hand-over
   */
  Severable(int number, Predecessor target, Runnable whenReady, Runnable whenHandedOver) {
    this.number = number;
    this.target = new AtomicReference<>(target);
    this.whenReady = whenReady;
    this.whenHandedOver = whenHandedOver;
  }

  int number() {
    return number;
  }

  void sever() {
    target.set(null);
  }

  /** Why the successor does not take over, if it has said so. */
  String reason(String otherwise) {
    return refusal.getNow(otherwise);
  }

  @Override
  public byte[] description() {
    return there().description();
  }

  @Override
  public void handOver(Successor successor) throws Exception {
    whenReady.run();
    there().handOver(successor);
    whenHandedOver.run();
  }

  private Predecessor there() {
    Predecessor predecessor = target.get();
    if (predecessor == null) {
      throw new IllegalStateException("the generation before has ended");
    }
    return predecessor;
  }

  @Override
  public void tell(byte[] news) {
    Predecessor predecessor = target.get();
    if (predecessor != null) {
      predecessor.tell(news);
    }
  }

  @Override
  public void refuse(String reason) {
    refusal.complete(reason);
  }
}
