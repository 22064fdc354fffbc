package io.tcpbalance.bootstrap;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** The ground of what is no daemon: nothing follows it. */
public class Alone implements Ground {

  @Override
  public void onSignal(String name, IntConsumer action) {
    Signals.on(name, action);
  }

  @Override
  public void countClients(IntSupplier count) {}

  @Override
  public int number() {
    return 1;
  }

  @Override
  public Optional<Predecessor> predecessor() {
    return Optional.empty();
  }

  @Override
  public CompletionStage<?> predecessorGone() {
    return CompletableFuture.completedStage(null);
  }

  @Override
  public CompletionStage<Integer> upgrade(Code code, Predecessor self) {
    return CompletableFuture.failedStage(new IllegalStateException("this is no daemon"));
  }

  @Override
  public void giveUp(String reason) {}

  @Override
  public AtomicLong shared(String name) {
    return new AtomicLong();
  }

  @Override
  public List<GenerationInfo> generations() {
    return List.of();
  }
}
