package io.tcpbalance;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.AdminClient;
import io.tcpbalance.cli.AdminUnreachableException;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.InvalidSettingsException;
import java.io.PrintWriter;
import java.net.URI;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Has the running daemon read its configuration again. */
@Command(
    name = "reload",
    description = {
      "Has the running daemon read its configuration again; no client is dropped.",
      "A configuration that cannot be used changes nothing. The daemon reads the file that it was "
          + "started with; the one named here only tells where the daemon is."
    },
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class ReloadCommand implements Callable<Integer> {

  private static final int UNPROCESSABLE = 422;
  private static final int CONFLICT = 409;
  private static final int UNAVAILABLE = 503;

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigurationOption configuration = new ConfigurationOption();

  @Option(
      names = "--url",
      description = "Of the daemon's HTTP interface. Default: as the configuration says.")
  private @Nullable URI url;

  @Option(
      names = "--token",
      description = "Default: as the configuration says, or $TCPBALANCE_ADMIN_TOKEN.",
      defaultValue = "${env:TCPBALANCE_ADMIN_TOKEN}")
  private @Nullable String token;

  @Override
  public Integer call() {
    try {
      return print(client().post("/api/v1/reload")).number();
    } catch (InvalidSettingsException e) {
      err().println(e.getMessage());
      err().println("the daemon was not asked; nothing is changed");
      return ExitCode.USAGE.number();
    } catch (AdminUnreachableException e) {
      err().println("tcpbalance: " + e.getMessage());
      return ExitCode.UNAVAILABLE.number();
    }
  }

  private AdminClient client() throws InvalidSettingsException, AdminUnreachableException {
    Optional<String> given = Optional.ofNullable(token).filter(secret -> !secret.isEmpty());
    if (url != null) {
      if (url.getHost() == null) {
        throw new ParameterException(
            spec.commandLine(), "--url must be such as http://127.0.0.1:8080");
      }
      return new AdminClient(url, given);
    }
    AdminSettings admin = configuration.load().settings().admin();
    return new AdminClient(AdminClient.urlOf(admin), given.or(admin::operatorToken));
  }

  private ExitCode print(AdminClient.Answer answer) {
    JsonNode body = answer.body();
    body.path("changed").forEach(words -> out().println(words.asText()));
    body.path("needsRestart").forEach(key -> out().println("needs a restart: " + key.asText()));
    body.path("warnings").forEach(words -> err().println("warning: " + words.asText()));
    if (answer.isGood()) {
      if (body.path("changed").isEmpty()) {
        out().println("nothing has changed");
      }
      return ExitCode.STOPPED;
    }
    body.path("problems").forEach(words -> err().println(words.asText()));
    err().println("tcpbalance: " + body.path("error").asText("HTTP status " + answer.status()));
    return switch (answer.status()) {
      case UNPROCESSABLE, 401, 403, 404 -> ExitCode.USAGE;
      case CONFLICT, UNAVAILABLE -> ExitCode.UNAVAILABLE;
      default -> ExitCode.SOFTWARE;
    };
  }

  private PrintWriter out() {
    return spec.commandLine().getOut();
  }

  private PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
