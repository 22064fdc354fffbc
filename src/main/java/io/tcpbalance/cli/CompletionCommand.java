package io.tcpbalance.cli;

import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Has a shell complete commands and options. */
@Command(
    name = "completion",
    description = {
      "Prints a script that has the shell complete commands, options and files.",
      "Names of proxies and hosts are not completed."
    },
    footer = {
      "",
      "Examples:",
      "  source <(tcpbalance completion bash)",
      "  tcpbalance completion bash > /etc/bash_completion.d/tcpbalance",
      "  source <(tcpbalance completion zsh)     in .zshrc, after compinit"
    })
final class CompletionCommand extends HelpOption implements Callable<Integer> {

  /** Whose script to print. */
  enum Shell {
    bash,
    zsh
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(paramLabel = "SHELL", description = "${COMPLETION-CANDIDATES}.")
  private Shell shell = Shell.bash;

  @Override
  public Integer call() {
    CommandLine root = spec.root().commandLine();
    if (shell == Shell.zsh) {
      // zsh runs scripts made for bash once it is told to.
      spec.commandLine().getOut().println("autoload -U +X bashcompinit && bashcompinit");
    }
    spec.commandLine().getOut().print(AutoComplete.bash(root.getCommandName(), root));
    return ExitCode.DONE.number();
  }
}
