package io.tcpbalance;

import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.config.Settings;
import io.tcpbalance.state.PoolChanges;
import io.tcpbalance.state.PoolMerge;
import io.tcpbalance.state.StateInUseException;
import io.tcpbalance.state.StateMaintenance;
import io.tcpbalance.state.UnreadableStateException;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** What operators changed at run time and a restart keeps. */
@Command(
    name = "state",
    description = "Shows or forgets what operators changed at run time, which restarts keep.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class,
    subcommands = {StateCommand.Show.class, StateCommand.Clear.class},
    synopsisSubcommandLabel = "COMMAND")
final class StateCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();

  @Override
  public Integer call() {
    throw new ParameterException(spec.commandLine(), "tcpbalance state: name a command");
  }

  /** What both have in common: they begin with what there is. */
  abstract static class OnRecorded implements Callable<Integer> {

    @Spec private CommandSpec spec = CommandSpec.create();
    @Mixin private ConfigurationOption configuration = new ConfigurationOption();

    @Override
    public final Integer call() {
      Settings settings;
      try {
        settings = configuration.load().settings();
      } catch (InvalidSettingsException e) {
        err().println(e.getMessage());
        return ExitCode.USAGE.number();
      }
      Optional<Path> directory = ConfigurationOption.stateDir(settings);
      if (directory.isEmpty()) {
        out().println("state-dir is empty in " + configuration.file() + ": nothing is recorded");
        return ExitCode.DONE.number();
      }
      if (!StateMaintenance.isRecorded(directory.get())) {
        out().println("nothing is recorded in " + directory.get());
        return ExitCode.DONE.number();
      }
      return on(directory.get(), settings).number();
    }

    abstract ExitCode on(Path directory, Settings settings);

    final PrintWriter out() {
      return spec.commandLine().getOut();
    }

    final PrintWriter err() {
      return spec.commandLine().getErr();
    }

    /** False, with the reason, if it cannot be read. */
    final boolean print(Path directory, Settings settings) {
      try {
        Map<String, PoolChanges> recorded = StateMaintenance.recorded(directory);
        if (recorded.isEmpty()) {
          out().println("every proxy is as it is configured");
        }
        recorded.forEach((name, changes) -> print(name, changes, settings));
        return true;
      } catch (IOException | UnreadableStateException e) {
        err().println("what is recorded in " + directory + " cannot be used: " + reason(e));
        return false;
      }
    }

    private void print(String name, PoolChanges changes, Settings settings) {
      Optional<List<BackendSettings>> configured =
          settings.proxies().stream()
              .filter(proxy -> proxy.name().equals(name))
              .map(ProxySettings::backends)
              .findFirst();
      out().println("proxy " + name + (configured.isEmpty() ? " (not configured):" : ":"));
      changes.words().forEach(words -> out().println("  " + words));
      configured.ifPresent(
          backends ->
              PoolMerge.merge(backends, changes)
                  .overruled()
                  .forEach(s -> out().println("  at the next start the configuration wins: " + s)));
    }

    private static String reason(Exception e) {
      return e instanceof UnreadableStateException ? String.valueOf(e.getMessage()) : e.toString();
    }
  }

  /** Prints them. */
  @Command(
      name = "show",
      description = "Shows what is recorded, and what the configuration would win over.",
      mixinStandardHelpOptions = true,
      versionProvider = Main.Version.class)
  static final class Show extends OnRecorded {

    @Override
    ExitCode on(Path directory, Settings settings) {
      return print(directory, settings) ? ExitCode.DONE : ExitCode.UNAVAILABLE;
    }
  }

  /** Forgets them. */
  @Command(
      name = "clear",
      description = {
        "Forgets what is recorded: the next start is as it is configured.",
        "The daemon must be stopped first. The audit trail stays."
      },
      mixinStandardHelpOptions = true,
      versionProvider = Main.Version.class)
  static final class Clear extends OnRecorded {

    @Option(names = "--yes", description = "Without it, only what would be forgotten is shown.")
    private boolean yes;

    @Override
    ExitCode on(Path directory, Settings settings) {
      print(directory, settings);
      if (!yes) {
        err().println("nothing was changed; add --yes to forget this");
        return ExitCode.USAGE;
      }
      try {
        StateMaintenance.clear(directory, System.getProperty("user.name", "unknown"));
      } catch (StateInUseException e) {
        err()
            .println("tcpbalance: " + e.getMessage() + "; stop it first: it would record it again");
        return ExitCode.UNAVAILABLE;
      } catch (IOException e) {
        err().println("tcpbalance: " + directory + " cannot be cleared: " + e);
        return ExitCode.UNAVAILABLE;
      }
      out().println("this is forgotten; the next start is as it is configured");
      return ExitCode.DONE;
    }
  }
}
