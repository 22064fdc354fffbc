package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.LoneGround;
import io.tcpbalance.testing.Shell;
import io.tcpbalance.testing.Shell.Ran;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What bash makes of the script for it. */
@Timeout(60)
class CompletionTest {

  @TempDir private Path directory;

  @Test
  void bashCompletesCommandsAndOptions() throws Exception {
    assertEquals("state status", completed("tcpbalance", "sta"));
    assertEquals("--drained", completed("tcpbalance", "wait", "--dra"));
    assertEquals("--force", completed("tcpbalance", "remove", "--fo"));
  }

  @Test
  void zshIsToldToTakeIt() {
    Ran ran = Shell.run(Main.commandLine(new LoneGround()), "completion", "zsh");

    assertEquals(0, ran.exitCode());
    assertTrue(ran.out().startsWith("autoload -U +X bashcompinit && bashcompinit\n"));
    assertEquals(
        64, Shell.run(Main.commandLine(new LoneGround()), "completion", "fish").exitCode());
  }

  private String completed(String... words) throws Exception {
    Ran ran = Shell.run(Main.commandLine(new LoneGround()), "completion", "bash");
    assertEquals(0, ran.exitCode(), ran.err());
    Path script = Files.writeString(directory.resolve("completion"), ran.out());
    List<String> command =
        new ArrayList<>(
            List.of(
                "bash",
                "-ec",
                "compopt() { :; }; source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1));"
                    + " _complete_tcpbalance; echo \"${COMPREPLY[@]}\"",
                "bash",
                script.toString()));
    command.addAll(List.of(words));
    Process bash = new ProcessBuilder(command).redirectErrorStream(true).start();
    String output = new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(0, bash.waitFor(), output);
    return output.strip();
  }
}
