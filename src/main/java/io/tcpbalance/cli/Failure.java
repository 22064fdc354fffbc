package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.client.Answer;

/** Why a command cannot be done: a sentence for standard error, and how the process ends. */
public final class Failure extends Exception {

  private static final long serialVersionUID = 1;

  private final ExitCode exitCode;

  Failure(ExitCode exitCode, String message) {
    super(message);
    this.exitCode = exitCode;
  }

  /** What a daemon means that did not do as it was told. */
  static Failure of(Answer answer) {
    JsonNode error = answer.body().path("error");
    String told = error.asText("HTTP status " + answer.status());
    return switch (answer.status()) {
      case 401 -> new Failure(ExitCode.NO_PERMISSION, tokenNeeded());
      case 403 -> new Failure(ExitCode.NO_PERMISSION, told);
      case 404, 409 ->
          error.isMissingNode()
              ? new Failure(ExitCode.UNAVAILABLE, "what answers is no TCPBalance: " + told)
              : new Failure(ExitCode.NOT_DONE, told);
      case 400, 413, 414, 415, 422 -> new Failure(ExitCode.USAGE, told);
      case 408, 429, 503, 504 -> new Failure(ExitCode.UNAVAILABLE, told);
      default -> new Failure(ExitCode.SOFTWARE, "the daemon answers: " + told);
    };
  }

  private static String tokenNeeded() {
    return "the daemon wants a token, or another one: give it with --token-file FILE or in the"
        + " environment as TCPBALANCE_ADMIN_TOKEN";
  }

  public ExitCode exitCode() {
    return exitCode;
  }
}
