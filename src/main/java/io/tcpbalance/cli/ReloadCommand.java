package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.client.Answer;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Has the running daemon read its configuration again. */
@Command(
    name = "reload",
    description = {
      "Has the running daemon read its configuration again; no client is dropped.",
      "A configuration that cannot be used changes nothing. The daemon reads the file that it was "
          + "started with; the one named here only tells where the daemon is."
    })
final class ReloadCommand implements Callable<Integer> {

  private static final int UNPROCESSABLE = 422;
  private static final int CONFLICT = 409;

  @Mixin private ConnectionOptions connection = new ConnectionOptions();

  @Override
  public Integer call() throws Failure {
    Daemon daemon = connection.daemon(ConnectionOptions.ANSWER_TIMEOUT);
    Answer answer = daemon.ask("POST", "/api/v1/reload", null);
    JsonNode body = answer.body();
    PrintWriter out = connection.out();
    PrintWriter err = connection.err();
    body.path("changed").forEach(words -> out.println(words.asText()));
    body.path("needsRestart").forEach(key -> out.println("needs a restart: " + key.asText()));
    body.path("warnings").forEach(words -> err.println("warning: " + words.asText()));
    body.path("problems").forEach(words -> err.println(words.asText()));
    if (!answer.isGood()) {
      throw failure(answer);
    }
    if (body.path("changed").isEmpty()) {
      out.println("nothing has changed");
    }
    return ExitCode.DONE.number();
  }

  /** A reload that was done in part is no conflict of the user's: some address cannot be had. */
  private static Failure failure(Answer answer) {
    String told = answer.body().path("error").asText("HTTP status " + answer.status());
    return switch (answer.status()) {
      case UNPROCESSABLE -> new Failure(ExitCode.USAGE, told);
      case CONFLICT -> new Failure(ExitCode.UNAVAILABLE, told);
      default -> Failure.of(answer);
    };
  }
}
