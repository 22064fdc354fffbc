package io.tcpbalance.cli;

import io.tcpbalance.cli.client.AdminClient;
import io.tcpbalance.cli.client.AdminUnreachableException;
import io.tcpbalance.config.AdminSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.secrets.TlsFiles;
import java.io.IOException;
import java.io.PrintWriter;
import java.net.URI;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Where the daemon is, and what to show it; the same for every command that asks one. */
class ConnectionOptions extends HelpOption {

  /** Longer than the daemon takes to say that something takes too long. */
  static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(30);

  private static final URI DEFAULT_URL = URI.create("http://127.0.0.1:8080");
  private static final long LONGEST_TOKEN_FILE_BYTES = 8192;
  private static final Pattern TOKEN = Pattern.compile("[!-~]+");

  @Spec(Spec.Target.MIXEE)
  private CommandSpec command = CommandSpec.create();

  @Option(
      names = {"-c", "--config"},
      paramLabel = "FILE",
      description = "The daemon's configuration: tells its address and its token.")
  private @Nullable Path configuration;

  @Option(
      names = "--url",
      paramLabel = "URL",
      description =
          "Of the daemon's HTTP interface. Default: as FILE says, else $TCPBALANCE_URL, else"
              + " http://127.0.0.1:8080.")
  private @Nullable URI url;

  @Option(
      names = "--token-file",
      paramLabel = "FILE",
      description = "Holds the token. Default: $TCPBALANCE_ADMIN_TOKEN, else as -c FILE says.")
  private @Nullable Path tokenFile;

  @Option(
      names = "--token",
      paramLabel = "TOKEN",
      description = "The token itself. Other users of this machine see it in 'ps'.")
  private @Nullable String token;

  @Option(
      names = "--cacert",
      paramLabel = "FILE",
      description =
          "For https: certificates in PEM to trust, in place of those that Java trusts. With a"
              + " configuration file: by default the daemon's own.")
  private @Nullable Path caCertificates;

  @Option(
      names = "--node",
      paramLabel = "NODE",
      description =
          "Ask that node of the cluster instead, by way of the daemon; 'tcpbalance nodes' lists"
              + " them.")
  private @Nullable String node;

  /** Which node of the daemon's cluster is meant, if not the daemon itself. */
  final Optional<String> node() {
    return Optional.ofNullable(node);
  }

  /** The daemon that is meant; it is not asked yet. */
  final Daemon daemon(Duration timeout) throws Failure {
    if (tokenFile != null && token != null) {
      throw misuse("give --token-file or --token, not both");
    }
    Optional<AdminSettings> settings =
        configuration == null ? Optional.empty() : Optional.of(settings(configuration));
    Optional<String> secret =
        givenToken().or(() -> settings.flatMap(AdminSettings::operatorToken)).map(this::checked);
    try {
      URI base = checked(url(settings));
      return new Daemon(new AdminClient(base, secret, trusted(settings), timeout), node());
    } catch (AdminUnreachableException e) {
      throw new Failure(ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()));
    } catch (IllegalArgumentException e) {
      throw new Failure(ExitCode.USAGE, String.valueOf(e.getMessage()));
    }
  }

  /** The daemon's own certificate, if its configuration is known: it may be signed by nobody. */
  private Optional<Path> trusted(Optional<AdminSettings> settings) {
    return Optional.ofNullable(caCertificates)
        .or(() -> settings.flatMap(AdminSettings::tls).map(TlsFiles::certificate));
  }

  private static AdminSettings settings(Path file) throws Failure {
    try {
      return SettingsLoader.load(file).settings().admin();
    } catch (InvalidSettingsException e) {
      throw new Failure(
          ExitCode.USAGE, e.getMessage() + "\nthe daemon was not asked; nothing is changed");
    }
  }

  private URI url(Optional<AdminSettings> settings) throws AdminUnreachableException {
    if (url != null) {
      return url;
    }
    if (settings.isPresent()) {
      return AdminClient.urlOf(settings.get());
    }
    return environment("TCPBALANCE_URL").map(URI::create).orElse(DEFAULT_URL);
  }

  private URI checked(URI base) {
    boolean isHttp = "http".equals(base.getScheme()) || "https".equals(base.getScheme());
    if (!isHttp || base.getHost() == null) {
      throw misuse("the URL must be such as http://127.0.0.1:8080, not " + base);
    }
    return base;
  }

  private Optional<String> givenToken() throws Failure {
    if (tokenFile != null) {
      return Optional.of(read(tokenFile));
    }
    return Optional.ofNullable(token)
        .filter(secret -> !secret.isEmpty())
        .or(() -> environment("TCPBALANCE_ADMIN_TOKEN"));
  }

  private static String read(Path file) throws Failure {
    try {
      if (Files.size(file) > LONGEST_TOKEN_FILE_BYTES) {
        throw new Failure(ExitCode.USAGE, file + " is too long to be a token");
      }
      return Files.readString(file).strip();
    } catch (MalformedInputException e) {
      throw new Failure(ExitCode.USAGE, file + " is no text");
    } catch (IOException e) {
      throw new Failure(ExitCode.USAGE, "the token cannot be read: " + e);
    }
  }

  private String checked(String secret) {
    if (!TOKEN.matcher(secret).matches()) {
      throw misuse("the token must be of printable ASCII characters, without blanks");
    }
    return secret;
  }

  private static Optional<String> environment(String name) {
    return Optional.ofNullable(System.getenv(name)).filter(value -> !value.isEmpty());
  }

  /** To be thrown where the command line is wrong: the usage is told too. */
  final ParameterException misuse(String message) {
    return new ParameterException(command.commandLine(), "tcpbalance: " + message);
  }

  final PrintWriter out() {
    return command.commandLine().getOut();
  }

  final PrintWriter err() {
    return command.commandLine().getErr();
  }

  /** Whether to use colours. Without a terminal, and with NO_COLOR, not. */
  final boolean isColourful() {
    return Ansi.AUTO.enabled();
  }
}
