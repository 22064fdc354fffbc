package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What systemd says of the unit, where there is a systemd to ask. */
class SystemdUnitTest {

  private static final Path TOOL = Path.of("/usr/bin/systemd-analyze");

  @TempDir private Path directory;

  @Test
  void systemdKnowsEveryOptionOfIt() throws Exception {
    assumeTrue(Files.isExecutable(TOOL), "no systemd-analyze here");
    String shipped = Files.readString(Path.of("ops", "systemd", "tcpbalance.service"));
    // It looks whether the program is there.
    Path unit =
        Files.writeString(
            directory.resolve("tcpbalance.service"),
            shipped.replace("/opt/tcpbalance/bin/tcpbalance", "/bin/sh"));

    Process verify =
        new ProcessBuilder(TOOL.toString(), "verify", "--man=no", unit.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(verify.getInputStream().readAllBytes(), UTF_8);

    assertEquals("", said);
    assertEquals(0, verify.waitFor());
  }
}
