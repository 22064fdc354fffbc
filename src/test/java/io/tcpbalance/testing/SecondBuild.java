package io.tcpbalance.testing;

import java.io.ByteArrayOutputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.ToolProvider;

/** Another version of the program, built from its sources by the JDK that runs the tests. */
public final class SecondBuild {

  private static final Path SOURCES = Path.of("src", "main", "java");
  private static final Path RESOURCES = Path.of("src", "main", "resources");

  private final Path sources;
  private final Path classes;

  /**
   * A copy of the sources.
   *
   * @param work an empty directory for what is made on the way
   */
  public SecondBuild(Path work) throws IOException {
    sources = work.resolve("sources");
    classes = work.resolve("classes");
    copy(SOURCES, sources);
    copy(RESOURCES, classes);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = to.resolve(from.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
    }
  }

  /**
   * Edits a source, as a developer does.
   *
   * @param source as in {@code io/tcpbalance/Main.java}
   * @param old what is replaced; must be there once
   */
  public SecondBuild change(String source, String old, String by) throws IOException {
    Path file = sources.resolve(source);
    String text = Files.readString(file);
    if (text.indexOf(old) < 0 || text.indexOf(old) != text.lastIndexOf(old)) {
      throw new AssertionError(source + " does not have once: " + old);
    }
    Files.writeString(file, text.replace(old, by));
    return this;
  }

  /** Compiles it, and fills a directory with it and with all that it needs. */
  public Path installIn(Path directory, String version) throws IOException {
    compile();
    Files.createDirectories(classes.resolve("META-INF"));
    Files.writeString(
        classes.resolve("META-INF/MANIFEST.MF"),
        "Manifest-Version: 1.0\nImplementation-Version: " + version + "\n");
    ProgramJar.installNeedsIn(directory);
    ProgramJar.pack(classes, directory.resolve("tcpbalance-" + version + ".jar"));
    return directory;
  }

  private void compile() throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("-proc:none", "-nowarn", "-Xlint:none", "--release", "17"));
    arguments.addAll(List.of("-parameters", "-d", classes.toString(), "-cp"));
    arguments.add(String.join(File.pathSeparator, ProgramJar.needs()));
    try (Stream<Path> files = Files.walk(sources)) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .forEach(file -> arguments.add(file.toString()));
    }
    JavaCompiler javac = ToolProvider.getSystemJavaCompiler();
    ByteArrayOutputStream told = new ByteArrayOutputStream();
    if (javac.run(null, told, told, arguments.toArray(String[]::new)) != 0) {
      throw new AssertionError("it does not compile: " + told.toString(StandardCharsets.UTF_8));
    }
  }
}
