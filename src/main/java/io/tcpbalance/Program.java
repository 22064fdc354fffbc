package io.tcpbalance;

import io.tcpbalance.bootstrap.Generation;
import io.tcpbalance.bootstrap.Ground;
import java.io.PrintWriter;
import picocli.CommandLine;

/** The way in from the process's entry. */
public final class Program implements Generation {

  @Override
  public int run(String[] arguments, Ground ground) {
    CommandLine commandLine = Main.commandLine(ground);
    PrintWriter out = commandLine.getOut(); // From now on that of all commands, too.
    int code = commandLine.execute(arguments);
    out.flush(); // It writes by itself at the end of a line only that was printed as such.
    return code;
  }
}
