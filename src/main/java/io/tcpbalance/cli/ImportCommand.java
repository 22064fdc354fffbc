package io.tcpbalance.cli;

import io.tcpbalance.cli.importing.ImportException;
import io.tcpbalance.cli.importing.Importer;
import io.tcpbalance.cli.importing.Importer.Imported;
import io.tcpbalance.config.BackendSettings;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Makes a configuration from one of the original TCPBalance, or from distcc's hosts. */
@Command(
    name = "import",
    description = {
      "Makes a configuration from distcc's hosts, or from the original TCPBalance's.",
      "It reads a .config of the original (Erlang), a hosts file of distcc, or a DISTCC_HOSTS string;"
          + " order and slots are kept.",
      "It goes to standard output. What could not be carried over is told on standard error."
    },
    footer = {
      "",
      "Examples:",
      "  tcpbalance import /etc/distcc/hosts > farm.conf",
      "  tcpbalance import --hosts \"$DISTCC_HOSTS\"",
      "  ssh oldproxy cat sample-distcc.config | tcpbalance import -"
    })
final class ImportCommand extends HelpOption implements Callable<Integer> {

  private static final int MOST_BYTES = 4 * 1024 * 1024;

  /** What is read. */
  static final class Input {
    @Parameters(paramLabel = "FILE", description = "The file; - is standard input.")
    private @Nullable Path file;

    @Option(names = "--hosts", paramLabel = "HOSTS", description = "As in DISTCC_HOSTS.")
    private @Nullable String hosts;
  }

  /** The protocol of the proxy. */
  enum Kind {
    tcp,
    distcc
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @ArgGroup(exclusive = true, multiplicity = "1")
  private Input input = new Input();

  @Option(
      names = "--name",
      paramLabel = "NAME",
      description = "Of the proxy. Default: its protocol.")
  private @Nullable String name;

  @Option(
      names = "--protocol",
      paramLabel = "PROTOCOL",
      description = "${COMPLETION-CANDIDATES}. Default: as the ports tell; 3632 and 4200: distcc.")
  private @Nullable Kind protocol;

  @Override
  public Integer call() throws Failure {
    if (name != null && !BackendSettings.isName(name)) {
      throw new ParameterException(
          spec.commandLine(), "tcpbalance: NAME must be 1 to 253 of A-Z a-z 0-9 . _ : -");
    }
    String source = source();
    try {
      Imported imported =
          Importer.read(
              text(),
              source,
              Optional.ofNullable(name),
              Optional.ofNullable(protocol).map(Kind.distcc::equals));
      imported.notes().forEach(note -> spec.commandLine().getErr().println("note: " + note));
      spec.commandLine().getOut().print(imported.hocon());
      return ExitCode.DONE.number();
    } catch (ImportException e) {
      throw new Failure(ExitCode.USAGE, source + ":" + e.getMessage());
    }
  }

  private String source() {
    if (input.file == null) {
      return "DISTCC_HOSTS";
    }
    return input.file.toString().equals("-") ? "standard input" : input.file.toString();
  }

  private String text() throws Failure {
    if (input.file == null) {
      return String.valueOf(input.hosts);
    }
    try (InputStream in =
        input.file.toString().equals("-") ? System.in : Files.newInputStream(input.file)) {
      byte[] bytes = in.readNBytes(MOST_BYTES + 1);
      if (bytes.length > MOST_BYTES) {
        throw new Failure(ExitCode.USAGE, source() + " is longer than " + MOST_BYTES + " bytes");
      }
      return StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes)).toString();
    } catch (CharacterCodingException e) {
      throw new Failure(ExitCode.USAGE, source() + " is no text in UTF-8");
    } catch (IOException e) {
      throw new Failure(ExitCode.USAGE, source() + " cannot be read: " + e);
    }
  }
}
