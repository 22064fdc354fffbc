package io.tcpbalance.admin;

import java.util.concurrent.CompletionStage;

/** Has the configuration read again and put into effect. Any thread may call. */
@FunctionalInterface
public interface Reloading {

  /** Completes when it holds, or does not; exceptionally only if there is no answer. */
  CompletionStage<ReloadReport> reload();
}
