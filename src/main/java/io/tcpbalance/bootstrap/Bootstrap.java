package io.tcpbalance.bootstrap;

import java.io.File;
import java.net.URLConnection;
import java.nio.file.Path;
import java.security.Security;
import java.util.List;
import java.util.ServiceLoader;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** The entry of the process: runs the program, and ends the process with its exit code. */
public final class Bootstrap {

  private Bootstrap() {}

  public static void main(String[] arguments) {
    if (Stream.of(arguments).anyMatch(Bootstrap::mayServe)) {
      prepare();
      System.exit(new Generations(arguments).run(classPath()));
    }
    System.exit(runAlone(arguments));
  }

  /** What is in a file whose name follows an @ is known to the program only. */
  private static boolean mayServe(String argument) {
    return argument.equals("run") || argument.startsWith("@");
  }

  /** What is no daemon is not replaced: it needs no class loader of its own, which costs time. */
  @SuppressWarnings("CatchingUnchecked") // Whatever it is, it is the program's end.
  private static int runAlone(String[] arguments) {
    try {
      return ServiceLoader.load(Generation.class).iterator().next().run(arguments, new Alone());
    } catch (RuntimeException | Error e) {
      e.printStackTrace();
      return Generations.SOFTWARE;
    }
  }

  /** What holds for the whole process, or is made once in its life. */
  static void prepare() {
    // Else the JDK keeps the addresses of names for half a minute more than dns-refresh says.
    Security.setProperty("networkaddress.cache.ttl", "0");
    // Else a jar that a resource was read from stays open, though its loader is closed.
    URLConnection.setDefaultUseCaches("jar", false);
    // The thread behind time-outs keeps the class loader of whoever needs it first.
    new CompletableFuture<>().completeOnTimeout(null, 0, TimeUnit.MILLISECONDS).join();
  }

  private static List<Path> classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator, -1))
        .map(Path::of)
        .toList();
  }
}
