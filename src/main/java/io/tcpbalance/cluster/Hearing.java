package io.tcpbalance.cluster;

import java.util.Collection;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.Done;

/** Whether those who decide for a node's pools know what its sessions have. Any thread may call. */
final class Hearing {

  private final Set<String> missing = ConcurrentHashMap.newKeySet();
  private final CompletableFuture<Done> over = new CompletableFuture<>();

  Hearing(Collection<String> pools) {
    missing.addAll(pools);
    endIfComplete();
  }

  /** That of the pool does; may be repeated. */
  void heard(String pool) {
    if (missing.remove(pool)) {
      endIfComplete();
    }
  }

  private void endIfComplete() {
    if (missing.isEmpty()) {
      over.complete(Done.getInstance());
    }
  }

  /** Completes when all do, at once where nothing is shared. */
  CompletionStage<Done> over() {
    return over.copy();
  }
}
