package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Has the running daemon replace its code. */
@Command(
    name = "upgrade",
    description = {
      "Has the running daemon replace its code by that in a directory; no client is dropped.",
      "Who waits is taken over by the new code, sessions that have a slot finish in the old. What "
          + "cannot be loaded, or cannot take over, changes nothing."
    })
final class UpgradeCommand implements Callable<Integer> {

  /** Longer than the daemon gives the new code. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Which code. */
  static final class Code {
    @Parameters(
        paramLabel = "DIR",
        description = "Its jars, on the daemon's machine, below one of its upgrade.allowed-dirs.")
    private @Nullable Path directory;

    @Option(names = "--rollback", description = "Back to the code before.")
    private boolean rollback;
  }

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @ArgGroup(multiplicity = "1")
  private Code code = new Code();

  @Override
  public Integer call() throws Failure {
    Daemon daemon = connection.daemon(PATIENCE);
    int generation = upgrade(daemon).path("generation").asInt();
    say("generation " + generation + " serves");
    for (JsonNode other : daemon.get(GenerationsCommand.GENERATIONS).body()) {
      if (other.path("state").asText().equals("draining")) {
        say(
            "generation "
                + other.path("number").asInt()
                + " finishes its sessions; see tcpbalance generations");
      }
    }
    return ExitCode.DONE.number();
  }

  private JsonNode upgrade(Daemon daemon) throws Failure {
    Path named = code.directory;
    if (code.rollback || named == null) {
      say("loading the code of the generation before");
      return daemon.send("POST", "/api/v1/upgrade/rollback", null).body();
    }
    String directory = named.toAbsolutePath().normalize().toString();
    say("loading " + directory);
    JsonNode body = JsonNodeFactory.instance.objectNode().put("dir", directory);
    return daemon.send("POST", "/api/v1/upgrade", body).body();
  }

  private void say(String text) {
    connection.out().println(text);
    connection.out().flush();
  }
}
