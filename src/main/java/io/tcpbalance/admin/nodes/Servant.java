package io.tcpbalance.admin.nodes;

import java.util.concurrent.CompletionStage;

/** Does what other nodes ask for, of one interface. Any thread may call. */
@FunctionalInterface
public interface Servant {

  /**
   * Does it. What is refused is an answer too; fails only if there is none.
   *
   * @param request its {@code via} tells the node that carried it
   */
  CompletionStage<RemoteAnswer> serve(RemoteRequest request);
}
