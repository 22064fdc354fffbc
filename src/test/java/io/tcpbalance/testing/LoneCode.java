package io.tcpbalance.testing;

import io.tcpbalance.admin.NewCode;
import io.tcpbalance.admin.UpgradeRefused;
import io.tcpbalance.admin.Upgrading;
import io.tcpbalance.bootstrap.GenerationInfo;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * Code of one generation, that nobody replaces.
 *
 * @param startedAt when it was begun to load
 */
public record LoneCode(Instant startedAt) implements Upgrading {

  @Override
  public CompletionStage<Integer> upgrade(NewCode code) {
    return CompletableFuture.failedStage(new UpgradeRefused("nobody upgrades here"));
  }

  @Override
  public CompletionStage<Integer> rollBack() {
    return CompletableFuture.failedStage(new UpgradeRefused("nobody upgrades here"));
  }

  @Override
  public List<GenerationInfo> generations() {
    return List.of(
        new GenerationInfo(
            1, List.of(), List.of(), "development", startedAt, GenerationInfo.State.LIVE, 0, ""));
  }
}
