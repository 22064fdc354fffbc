package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Lists which code the running daemon has run, and runs. */
@Command(
    name = "generations",
    description = "Lists which code the running daemon has run, and runs.")
final class GenerationsCommand implements Callable<Integer> {

  static final String GENERATIONS = "/api/v1/generations";

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() throws Failure {
    Table table = new Table(">NUMBER", "STATE", "STARTED", "DIRECTORY", "REASON");
    Daemon daemon = connection.daemon(ConnectionOptions.ANSWER_TIMEOUT);
    for (JsonNode generation : daemon.get(GENERATIONS).body()) {
      table.add(
          Table.Cell.of(generation.path("number").asLong()),
          Table.Cell.of(generation.path("state").asText()),
          Table.Cell.of(generation.path("startedAt").asText()),
          Table.Cell.of(generation.path("directory").asText()),
          Table.Cell.of(generation.path("reason").asText()));
    }
    connection.out().print(table.text(connection.isColourful()));
    return ExitCode.DONE.number();
  }
}
