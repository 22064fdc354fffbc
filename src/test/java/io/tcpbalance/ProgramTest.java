package io.tcpbalance;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.tcpbalance.bootstrap.Alone;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.function.IntConsumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import picocli.CommandLine;

@Timeout(60)
class ProgramTest {

  private static final class Lone extends Alone {
    @Override
    public void onSignal(String name, IntConsumer action) {}
  }

  /** Its end is not that of a line that was printed as one. */
  @Test
  void nothingOfWhatACommandPrintsIsKeptBack() {
    StringWriter whole = new StringWriter();
    CommandLine commandLine = Main.commandLine(new Lone());
    commandLine.setOut(new PrintWriter(whole));
    assertEquals(0, commandLine.execute("completion", "bash"));
    assertFalse(whole.toString().isBlank());

    ByteArrayOutputStream printed = new ByteArrayOutputStream();
    PrintStream before = System.out;
    System.setOut(new PrintStream(printed, false, UTF_8));
    try {
      assertEquals(0, new Program().run(new String[] {"completion", "bash"}, new Lone()));
    } finally {
      System.setOut(before);
    }

    assertEquals(whole.toString(), printed.toString(UTF_8));
  }
}
