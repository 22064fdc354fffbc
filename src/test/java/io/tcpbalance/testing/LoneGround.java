package io.tcpbalance.testing;

import io.tcpbalance.bootstrap.Code;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.bootstrap.Predecessor;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;

/** The ground of a generation that is the only one, and hears no signals. */
public final class LoneGround implements Ground {

  @Override
  public void onSignal(String name, IntConsumer action) {}

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
    return CompletableFuture.failedStage(new IllegalStateException("there is no upgrade here"));
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
