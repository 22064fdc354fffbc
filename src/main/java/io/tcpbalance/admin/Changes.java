package io.tcpbalance.admin;

import io.tcpbalance.balancer.BackendStatus;
import io.tcpbalance.balancer.Balancer;
import io.tcpbalance.balancer.PoolStatus;
import io.tcpbalance.state.OperatorRecords;
import java.util.Optional;
import java.util.concurrent.CompletionStage;

/**
 * Does what operators ask for, by whatever interface. Whatever was changed is in the audit trail
 * and on the disk before it is answered, or the answer bears a warning. What is refused fails with
 * an {@link ApiError}. Any thread may call.
 */
public final class Changes {

  /**
   * What was changed.
   *
   * @param now as it is after the change
   * @param warning what the operator must know of it, if it could not be recorded
   */
  public record Done<T>(T now, Optional<String> warning) {}

  private final OperatorRecords records;

  /**
   * @param records where changes are reported before they are answered
   */
  public Changes(OperatorRecords records) {
    this.records = records;
  }

  public CompletionStage<Done<BackendStatus>> add(ProxyClient proxy, Origin by, NewBackend wish) {
    return proxy
        .<BackendStatus>operate(to -> new Balancer.Add(wish.settings(), wish.placement(), to))
        .thenCompose(added -> recorded(proxy, by, "added " + wish, added));
  }

  public CompletionStage<Done<BackendStatus>> change(
      ProxyClient proxy, Origin by, String name, BackendChange wish) {
    return proxy
        .<BackendStatus>operate(
            to ->
                new Balancer.Change(
                    name,
                    wish.state(),
                    wish.maxConnections(),
                    wish.placement(),
                    wish.compilers(),
                    to))
        .thenCompose(
            changed -> recorded(proxy, by, "changed back-end " + name + ": " + wish, changed));
  }

  /** Makes one back-end up and healthy. */
  public CompletionStage<Done<BackendStatus>> reset(ProxyClient proxy, Origin by, String name) {
    return proxy
        .<BackendStatus>operate(to -> new Balancer.Reset(name, to))
        .thenCompose(status -> recorded(proxy, by, "reset back-end " + name, status));
  }

  /** Makes every back-end up and healthy, and restarts the proxy's start time. */
  public CompletionStage<Done<PoolStatus>> resetAll(ProxyClient proxy, Origin by) {
    return proxy
        .<PoolStatus>operate(Balancer.ResetAll::new)
        .thenCompose(pool -> recorded(proxy, by, "reset every back-end", pool));
  }

  /**
   * Removes a back-end once it has no sessions.
   *
   * @param force whether those it has are closed
   */
  public CompletionStage<Done<BackendStatus>> remove(
      ProxyClient proxy, Origin by, String name, boolean force) {
    String how = force ? " and closed its sessions" : ", its sessions may finish";
    return proxy
        .<BackendStatus>operate(to -> new Balancer.Remove(name, force, to))
        .thenCompose(status -> recorded(proxy, by, "removed back-end " + name + how, status));
  }

  /** Closes a session, if there is one of that number. */
  public CompletionStage<Boolean> closeSession(ProxyClient proxy, Origin by, long id) {
    return proxy
        .closeSession(id)
        .thenApply(
            existed -> {
              if (existed) {
                records.done(by.did(proxy.name(), "closed session " + id));
              }
              return existed;
            });
  }

  private <T> CompletionStage<Done<T>> recorded(
      ProxyClient proxy, Origin by, String what, T changed) {
    return records
        .changed(by.did(proxy.name(), what))
        .thenApply(warning -> new Done<>(changed, warning));
  }
}
