package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
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
      "Has the running daemon replace its code; no client is dropped.",
      "Who waits is taken over by the new code, sessions that have a slot finish in the old. What "
          + "cannot be loaded, or cannot take over, changes nothing. It ends when nothing is left of "
          + "the old code; the daemon needs nobody who waits for that."
    },
    footer = {
      "",
      "Examples:",
      "  tcpbalance upgrade /opt/tcpbalance-0.2/lib --sha256 tcpbalance-0.2.sha256",
      "  tcpbalance upgrade --rollback --no-wait"
    })
final class UpgradeCommand implements Callable<Integer> {

  /** Longer than the daemon gives the new code. */
  private static final Duration PATIENCE = Duration.ofMinutes(4);

  /** Which code. */
  static final class Code {
    @Parameters(
        paramLabel = "DIR|JAR",
        arity = "1..*",
        description = {
          "A directory of jars, or each jar by itself; on the daemon's machine, below one of its "
              + "upgrade.allowed-dirs."
        })
    private List<Path> paths = new ArrayList<>();

    @Option(names = "--rollback", description = "Back to the code before.")
    private boolean rollback;
  }

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @ArgGroup(multiplicity = "1")
  private Code code = new Code();

  @Option(
      names = "--sha256",
      paramLabel = "FILE",
      description =
          "What sha256sum says of the jars: the daemon refuses them if one is another, or missing.")
  private @Nullable Path sums;

  @Option(names = "--no-wait", description = "End as soon as the new code serves.")
  private boolean noWait;

  @Override
  public Integer call() throws Failure {
    UpgradeWatch watch =
        new UpgradeWatch(connection.daemon(ConnectionOptions.ANSWER_TIMEOUT), connection.out());
    Daemon daemon = connection.daemon(PATIENCE);
    int generation;
    if (code.rollback) {
      if (sums != null) {
        throw connection.misuse("a rollback needs no sums: it takes what ran before, or nothing");
      }
      watch.say("loading the code of the generation before");
      generation = watch.switching(() -> daemon.send("POST", "/api/v1/upgrade/rollback", null));
    } else {
      ObjectNode body = body();
      watch.say("loading " + words(code.paths));
      generation = watch.switching(() -> daemon.send("POST", "/api/v1/upgrade", body));
    }
    if (!noWait) {
      watch.draining(generation);
    }
    return ExitCode.DONE.number();
  }

  private static String words(List<Path> paths) {
    return paths.size() == 1 ? paths.get(0).toString() : paths.size() + " jars";
  }

  private ObjectNode body() throws Failure {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    List<String> jars =
        code.paths.stream().map(path -> path.toAbsolutePath().normalize().toString()).toList();
    boolean directory = jars.size() == 1 && !jars.get(0).endsWith(".jar");
    if (directory) {
      body.put("dir", jars.get(0));
    } else {
      ArrayNode named = body.putArray("jars");
      jars.forEach(named::add);
    }
    if (sums != null) {
      ObjectNode expected = body.putObject("sha256");
      Map<String, String> all = SumFile.ofJars(sums);
      all.forEach(
          (name, sum) -> {
            if (directory || jars.stream().anyMatch(jar -> jar.endsWith("/" + name))) {
              expected.put(name, sum);
            }
          });
    }
    return body;
  }
}
