package io.tcpbalance.console;

import io.tcpbalance.admin.NodesReport;
import io.tcpbalance.admin.Origin;
import io.tcpbalance.admin.Remote;
import io.tcpbalance.admin.TextTable;
import io.tcpbalance.admin.nodes.Node;
import io.tcpbalance.admin.nodes.RemoteAnswer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

/** What is said about other nodes, and to them. */
final class OtherNodes {

  private final NodesReport report;
  private final Remote remote;

  OtherNodes(NodesReport report, Remote remote) {
    this.report = report;
    this.remote = remote;
  }

  CompletionStage<Answer> list(Operator operator, Words words) {
    words.end();
    return report.all(operator.looks()).thenApply(OtherNodes::table);
  }

  private static Answer table(NodesReport.View view) {
    List<List<String>> rows = new ArrayList<>();
    rows.add(List.of("Name", "Address", "Status", "Version", "Since", "Proxies", "Remarks"));
    view.nodes().forEach(node -> rows.add(cells(node)));
    String warning =
        view.majority()
            ? ""
            : "warning: the majority of the nodes is out of reach; shared slots are not given\n";
    return Answer.of(TextTable.of(rows) + warning);
  }

  private static List<String> cells(NodesReport.NodeView n) {
    List<String> proxies = n.proxies();
    List<String> remarks = new ArrayList<>();
    if (n.self()) {
      remarks.add("this one");
    }
    if (n.deciding()) {
      remarks.add("decides");
    }
    if (!n.vote()) {
      remarks.add("no vote");
    }
    return List.of(
        n.name(),
        orDash(n.address()),
        n.reachable() ? n.status() : "unreachable",
        orDash(n.version()),
        orDash(n.startedAt()),
        proxies == null ? "-" : String.join(", ", proxies),
        String.join(", ", remarks));
  }

  private static String orDash(@Nullable String text) {
    return text == null ? "-" : text;
  }

  /** From now on it is that node that is meant, if it answers; without a name this one. */
  CompletionStage<Answer> choose(Operator operator, Words words) {
    if (!words.areLeft()) {
      operator.comeBack();
      return CompletableFuture.completedStage(Answer.of("this node\n"));
    }
    Node node = remote.named(words.next("NAME"));
    words.end();
    if (node.self()) {
      operator.comeBack();
      return CompletableFuture.completedStage(Answer.of("this node\n"));
    }
    return remote
        .ask(node, CarriedLine.request(operator.looks(), "", "", false))
        .thenApply(CarriedLine::checked)
        .thenApply(
            answer -> {
              operator.goTo(node, CarriedLine.proxy(answer));
              return Answer.of("node " + node.name() + "\n");
            });
  }

  /** The same, but done by the node that the operator has chosen. */
  Verb.Action around(Verb.Action action, boolean change) {
    return (operator, words) ->
        operator
            .node()
            .flatMap(Node::address)
            .map(address -> carry(operator, remote.named(address), words.line(), change))
            .orElseGet(() -> action.perform(operator, words));
  }

  private CompletionStage<Answer> carry(Operator operator, Node node, String line, boolean change) {
    Origin by = change ? operator.origin() : operator.looks();
    String proxy = operator.proxyName().orElse("");
    CompletionStage<RemoteAnswer> answer =
        remote.ask(node, CarriedLine.request(by, proxy, line, change));
    return answer
        .thenApply(CarriedLine::checked)
        .thenApply(
            told -> {
              operator.goTo(node, CarriedLine.proxy(told));
              return CarriedLine.answer(told);
            });
  }
}
