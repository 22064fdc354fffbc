package io.tcpbalance.admin;

import io.tcpbalance.bootstrap.GenerationInfo;
import java.util.List;
import java.util.concurrent.CompletionStage;

/** Has the program's code replaced while it runs. Any thread may call. */
public interface Upgrading {

  /**
   * Replaces the code.
   *
   * @return completes with the new generation's number when it serves, or exceptionally with {@link
   *     UpgradeRefused} when all is as it was
   */
  CompletionStage<Integer> upgrade(NewCode code);

  /** Replaces the code by that of the generation before; as {@link #upgrade}. */
  CompletionStage<Integer> rollBack();

  /** Those of this process, the first one first. */
  List<GenerationInfo> generations();
}
