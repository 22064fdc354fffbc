package io.tcpbalance;

import io.tcpbalance.admin.NewCode;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.bootstrap.Code;
import io.tcpbalance.bootstrap.GenerationInfo;
import io.tcpbalance.bootstrap.Ground;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What the interfaces may ask for.
 *
 * @param upgrade is told the code, when it may be loaded
 */
record UpgradeRequests(
    Ground ground, AllowedCode allowed, Function<Code, CompletionStage<Integer>> upgrade)
    implements Upgrading {

  @Override
  public CompletionStage<Integer> upgrade(NewCode code) {
    try {
      return upgrade.apply(allowed.of(code));
    } catch (UpgradeRefused e) {
      return CompletableFuture.failedStage(e);
    }
  }

  /** To the one that served before the one that serves; it was let in then. */
  @Override
  public CompletionStage<Integer> rollBack() {
    return ground.generations().stream()
        .filter(g -> g.number() < ground.number() && hasServed(g))
        .max(Comparator.comparingInt(GenerationInfo::number))
        .map(before -> upgrade.apply(allowed.again(before.jars(), before.sha256())))
        .orElseGet(
            () ->
                CompletableFuture.failedStage(
                    new UpgradeRefused("there was no generation before this one")));
  }

  private static boolean hasServed(GenerationInfo generation) {
    return generation.state() == GenerationInfo.State.DRAINING
        || generation.state() == GenerationInfo.State.ENDED;
  }

  @Override
  public List<GenerationInfo> generations() {
    return ground.generations();
  }

  /** For a person. */
  static String reason(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = cause == null ? null : cause.getMessage();
    return message == null ? String.valueOf(cause) : message;
  }
}
