package io.tcpbalance;

import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.cli.ClientCommands;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.cli.Failure;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** The command line. */
@Command(
    name = "tcpbalance",
    description = "A TCP load balancer: every client gets the fastest idle back-end, or waits.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {
      RunCommand.class,
      CheckCommand.class,
      StateCommand.class,
      Main.VersionCommand.class,
      CommandLine.HelpCommand.class
    },
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done; stopped as asked, or all is well",
      "1:not done: there is no such proxy, host or session, it conflicts with what there is, or what "
          + "'wait' waits for did not come in time",
      "64:the command line or the configuration is wrong; nothing was bound or changed",
      "69:an address or the state-dir cannot be had, for example since it is in use; no daemon answers, "
          + "or is not ready; or there is no Java",
      "70:a failure for good, for example more restarts than supervision.max-restarts",
      "77:the daemon refuses: the token is missing or wrong, or may not do that",
      "3, 255:the memory is used up, or a thread pool met a fatal error",
      "130, 143:a second SIGINT or SIGTERM ended it at once"
    },
    footer = {
      "",
      "First steps:",
      "  tcpbalance run                       an empty distcc pool on 127.0.0.1:3632",
      "  tcpbalance check -c FILE             what is wrong in FILE",
      "  tcpbalance run -c conf/distcc-farm.conf",
      "  tcpbalance status                    what a running daemon does",
      "  tcpbalance help COMMAND              more, with examples"
    })
final class Main implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  private final Ground ground;

  private Main(Ground ground) {
    this.ground = ground;
  }

  static CommandLine commandLine(Ground ground) {
    CommandLine commandLine = new CommandLine(new Main(ground));
    ClientCommands.addTo(commandLine, ground::onSignal);
    commandLine.setExecutionExceptionHandler(
        (failure, failed, parsed) -> {
          if (failure instanceof Failure told) {
            failed.getErr().println("tcpbalance: " + told.getMessage());
            return told.exitCode().number();
          }
          failed.getErr().println("tcpbalance: " + failure);
          return ExitCode.SOFTWARE.number();
        });
    return useOurExitCodes(commandLine);
  }

  private static CommandLine useOurExitCodes(CommandLine commandLine) {
    commandLine.getCommandSpec().exitCodeOnInvalidInput(ExitCode.USAGE.number());
    commandLine.getSubcommands().values().forEach(Main::useOurExitCodes);
    return commandLine;
  }

  /** What this run of the program stands on. */
  Ground ground() {
    return ground;
  }

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "tcpbalance: name a command");
  }

  /** Tells the versions of the program and of its Java. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      String version =
          Optional.ofNullable(Main.class.getPackage().getImplementationVersion())
              .orElse("development");
      return new String[] {
        "tcpbalance " + version, "Java " + System.getProperty("java.runtime.version")
      };
    }
  }

  /** The same as {@code --version}. */
  @Command(
      name = "version",
      description = "Tells the version.",
      mixinStandardHelpOptions = true,
      versionProvider = Version.class)
  static final class VersionCommand implements Callable<Integer> {
    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
      spec.commandLine().printVersionHelp(spec.commandLine().getOut());
      return ExitCode.DONE.number();
    }
  }
}
