package io.tcpbalance.testing;

import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Stream;

/**
 * The program as it is installed: a jar, which its process opens once. Out of a directory every
 * class that is loaded late would need a file descriptor.
 */
public final class ProgramJar {

  private static final String MAIN = "io/tcpbalance/Main.class";

  private ProgramJar() {}

  private static final class Holder {
    static final String CLASS_PATH = classPathWithJar();
  }

  /** This JVM's class path with the jar in place of the classes, and without those of tests. */
  static String classPath() {
    return Holder.CLASS_PATH;
  }

  private static String classPathWithJar() {
    List<String> entries = new ArrayList<>(needs());
    for (String entry : entries()) {
      if (Files.exists(Path.of(entry, MAIN))) {
        entries.add(0, packed(Path.of(entry)).toString());
      }
    }
    return String.join(File.pathSeparator, entries);
  }

  private static List<String> entries() {
    return List.of(System.getProperty("java.class.path").split(File.pathSeparator, -1));
  }

  /** The jars of this JVM's class path: what the program is built with, and more. */
  static List<String> needs() {
    return entries().stream().filter(entry -> !Files.isDirectory(Path.of(entry))).toList();
  }

  private static Path packed(Path classes) {
    try {
      Path jar = Files.createTempFile("tcpbalance", ".jar");
      jar.toFile().deleteOnExit();
      pack(classes, jar);
      return jar;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Makes a jar of what lies in a directory. */
  static void pack(Path classes, Path jar) throws IOException {
    try (OutputStream file = Files.newOutputStream(jar);
        JarOutputStream out = new JarOutputStream(file);
        Stream<Path> found = Files.walk(classes)) {
      for (Path path : found.filter(Files::isRegularFile).toList()) {
        out.putNextEntry(new JarEntry(classes.relativize(path).toString()));
        Files.copy(path, out);
        out.closeEntry();
      }
    }
  }

  /** Fills a directory with all that the program needs, as an installation's {@code lib} has it. */
  public static Path installIn(Path directory) throws IOException {
    return install(List.of(classPath().split(File.pathSeparator, -1)), directory);
  }

  /** The same, but without the program itself. */
  static Path installNeedsIn(Path directory) throws IOException {
    return install(needs(), directory);
  }

  private static Path install(List<String> jars, Path directory) throws IOException {
    Files.createDirectories(directory);
    for (String entry : jars) {
      Path jar = Path.of(entry).toAbsolutePath();
      Files.copy(jar, directory.resolve(jar.getFileName()));
    }
    return directory;
  }
}
