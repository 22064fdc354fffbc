package io.tcpbalance.console;

import io.tcpbalance.admin.Changes;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Proxies;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.admin.nodes.Servant;
import io.tcpbalance.state.OperatorRecords;
import java.time.InstantSource;
import java.util.concurrent.CompletionStage;

/**
 * Answers lines that were typed at the console of another node. Only what is about this node's
 * proxies is understood; so nothing is carried on.
 */
final class LineServant implements Servant {

  private final Proxies proxies;
  private final Verbs verbs;

  LineServant(Proxies proxies, OperatorRecords records, InstantSource wallClock) {
    this.proxies = proxies;
    verbs = Verbs.ofThisNode(new Views(proxies, wallClock), new Orders(new Changes(records)));
  }

  @Override
  public CompletionStage<RemoteAnswer> serve(RemoteRequest request) {
    Origin origin = new Origin(request.via(), request.from(), request.who());
    Operator operator = Operator.letIn(proxies, origin, CarriedLine.proxy(request));
    return new Interpreter(verbs, operator)
        .answer(CarriedLine.line(request))
        .thenApply(answer -> CarriedLine.of(answer, operator.proxyName()));
  }
}
