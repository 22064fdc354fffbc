package io.tcpbalance;

import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Says everything that is wrong in a configuration, and binds nothing. */
@Command(
    name = "check",
    description = "Checks a configuration: tells all that is wrong in it, with file and line.",
    mixinStandardHelpOptions = true,
    versionProvider = Main.Version.class)
final class CheckCommand implements Callable<Integer> {

  @Spec private CommandSpec spec = CommandSpec.create();
  @Mixin private ConfigurationOption configuration = new ConfigurationOption();

  @Override
  public Integer call() {
    PrintWriter err = spec.commandLine().getErr();
    try {
      LoadedSettings loaded = configuration.load();
      loaded.warnings().forEach(warning -> err.println("warning: " + warning));
      spec.commandLine().getOut().println(configuration.file() + " is fine");
      return ExitCode.DONE.number();
    } catch (InvalidSettingsException e) {
      err.println(e.getMessage());
      return ExitCode.USAGE.number();
    }
  }
}
