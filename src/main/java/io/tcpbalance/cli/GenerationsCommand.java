package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.client.Answer;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Lists which code the running daemon has run, and runs. */
@Command(
    name = "generations",
    description = "Lists which code the running daemon has run, and runs.")
final class GenerationsCommand implements Callable<Integer> {

  static final String GENERATIONS = "/api/v1/generations";

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Option(
      names = "--json",
      description = "Print what the daemon answers, as it is: see HTTP API in the README.")
  private boolean json;

  @Override
  public Integer call() throws Failure {
    Answer answer = connection.daemon(ConnectionOptions.ANSWER_TIMEOUT).get(GENERATIONS);
    if (json) {
      connection.out().println(answer.text());
    } else {
      connection.out().print(table(answer.body()).text(connection.isColourful()));
    }
    return ExitCode.DONE.number();
  }

  private static Table table(JsonNode generations) {
    Table table =
        new Table(">NUMBER", "VERSION", "STATE", ">SESSIONS", "STARTED", "DIRECTORY", "REASON");
    for (JsonNode generation : generations) {
      table.add(
          Table.Cell.of(generation.path("number").asLong()),
          Table.Cell.of(generation.path("version").asText()),
          Table.Cell.of(generation.path("state").asText()),
          Table.Cell.of(generation.path("sessions").asLong()),
          Table.Cell.of(generation.path("startedAt").asText()),
          Table.Cell.of(generation.path("directory").asText()),
          Table.Cell.of(generation.path("reason").asText()));
    }
    return table;
  }
}
