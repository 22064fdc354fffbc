package io.tcpbalance.cli;

import io.tcpbalance.cli.client.Answer;
import java.time.Duration;
import picocli.CommandLine.Option;

/** What every verb takes that asks once and prints the answer. */
final class Request extends ProxyOptions {

  @Option(
      names = "--json",
      description = "Print what the daemon answers, as it is: see HTTP API in the README.")
  private boolean json;

  @Option(
      names = "--timeout",
      paramLabel = "TIME",
      description = "How long to wait for the answer, such as 500ms, 10s, 2m. Default: 30s.")
  private Duration timeout = ANSWER_TIMEOUT;

  Daemon daemon() throws Failure {
    return daemon(timeout);
  }

  /** Prints an answer as it is, if that is wished. */
  boolean printsJson(Answer answer) {
    if (json && !answer.text().isEmpty()) {
      out().println(answer.text());
    }
    return json;
  }

  boolean isJson() {
    return json;
  }

  void print(Table table) {
    out().print(table.text(isColourful()));
  }
}
