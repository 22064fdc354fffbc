package io.tcpbalance.console;

import static io.tcpbalance.console.ConsoleServer.proxy;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;

/** What a person sees who uses the telnet client of Debian's package telnet. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class RealTelnetTest {

  private ActorTestKit kit;

  @BeforeAll
  void startSystem() {
    boolean there =
        Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "telnet")));
    assumeTrue(there, "there is no telnet; on Debian: apt-get install telnet");
    kit = ActorTestKit.create();
  }

  @AfterAll
  void stopSystem() {
    if (kit != null) {
      kit.shutdownTestKit();
    }
  }

  @Test
  void understandsAndIsUnderstood() throws Exception {
    try (ConsoleServer server =
        ConsoleServer.of(kit, proxy("farm", "{ name = bld6, port = 3632 }"))) {
      Process telnet =
          new ProcessBuilder("telnet", "127.0.0.1", String.valueOf(server.address().getPort()))
              .redirectErrorStream(true)
              .start();
      try {
        InputStream screen = telnet.getInputStream();
        OutputStream keys = telnet.getOutputStream();
        until(screen, "farm> ");

        type(keys, "drain bld6");
        assertEquals(
            "bld6 changed: bld6:3632, draining, at most 1\nfarm> ", until(screen, "farm> "));
        type(keys, "watch");
        until(screen, "Enter ends it");
        type(keys, "quit");
        assertTrue(until(screen, "bye\n").endsWith("\nbye\n"));
        telnet.waitFor();
      } finally {
        telnet.destroyForcibly().waitFor();
      }
    }
  }

  private static void type(OutputStream keys, String line) throws IOException {
    keys.write((line + "\n").getBytes(UTF_8));
    keys.flush();
  }

  private static String until(InputStream screen, String end) throws IOException {
    ByteArrayOutputStream seen = new ByteArrayOutputStream();
    String text = "";
    while (!text.endsWith(end)) {
      int b = screen.read();
      if (b < 0) {
        throw new IOException("telnet ended after " + text);
      }
      seen.write(b);
      text = seen.toString(UTF_8).replace("\r", "");
    }
    return text;
  }
}
