package io.tcpbalance.bootstrap;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.tcpbalance.testing.HangingProgram;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A generation that hangs before it has taken over. */
@Timeout(60)
class GivenUpGenerationTest {

  @TempDir private Path directory;

  @Test
  void isGivenUpAndKeepsTheProcessFromNothing() throws Exception {
    int exitCode = new Generations(new String[0]).run(List.of(jar()));

    assertEquals(0, exitCode);
    Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("generation-2"))
        .forEach(Thread::interrupt);
  }

  private Path jar() throws IOException {
    String program = HangingProgram.class.getName();
    Path jar = directory.resolve("hanging.jar");
    try (JarOutputStream out = new JarOutputStream(Files.newOutputStream(jar))) {
      out.putNextEntry(new JarEntry("META-INF/services/" + Generation.class.getName()));
      out.write(program.getBytes(UTF_8));
      put(program, out);
      put(program + "$Waiting", out);
    }
    return jar;
  }

  private static void put(String name, JarOutputStream out) throws IOException {
    String file = name.replace('.', '/') + ".class";
    out.putNextEntry(new JarEntry(file));
    try (InputStream in = HangingProgram.class.getClassLoader().getResourceAsStream(file)) {
      in.transferTo(out);
    }
  }
}
