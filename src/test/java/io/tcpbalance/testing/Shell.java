package io.tcpbalance.testing;

import java.io.PrintWriter;
import java.io.StringWriter;
import picocli.CommandLine;

/** Runs a command line in this JVM. */
public final class Shell {

  /** What came of a command. */
  public record Ran(int exitCode, String out, String err) {}

  private Shell() {}

  /** Runs one command. */
  public static Ran run(CommandLine commandLine, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    commandLine.setOut(new PrintWriter(out, true));
    commandLine.setErr(new PrintWriter(err, true));
    int exitCode = commandLine.execute(arguments);
    return new Ran(exitCode, out.toString(), err.toString());
  }
}
