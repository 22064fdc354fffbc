package io.tcpbalance.bootstrap;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** A process that outlives its generation: a program of its own, for {@link GenerationsTest}. */
final class OutlivedGeneration {

  private OutlivedGeneration() {}

  public static void main(String[] arguments) throws IOException {
    List<Path> jars =
        Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
            .filter(entry -> entry.endsWith(".jar"))
            .map(Path::of)
            .toList();
    Bootstrap.prepare();
    int code = new Generations(arguments).run(jars);
    System.out.println("ended with " + code);
    int unused = System.in.read();
  }
}
