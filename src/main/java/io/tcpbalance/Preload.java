package io.tcpbalance;

import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Loads what a generation needs as soon as it takes over. Nobody is served meanwhile, and to find
 * and check a few hundred classes takes longer than all else then.
 */
final class Preload {

  private static final Logger LOG = LoggerFactory.getLogger(Preload.class);

  /** Where the classes are that clients depend on. */
  private static final List<String> ROOMS =
      List.of("balancer", "distcc", "health", "proxy", "relay", "state", "supervision", "upgrade");

  private Preload() {}

  /** Loads them from the jar that this class is from; out of a directory they come one by one. */
  static void loadClasses() {
    try {
      Path jar = Path.of(Preload.class.getProtectionDomain().getCodeSource().getLocation().toURI());
      if (Files.isRegularFile(jar)) {
        loadClasses(jar);
      }
    } catch (IOException | URISyntaxException | ClassNotFoundException e) {
      LOG.warn("the classes are not loaded in advance, the hand-over takes longer", e);
    }
  }

  private static void loadClasses(Path jar) throws IOException, ClassNotFoundException {
    String root = Preload.class.getPackageName().replace('.', '/') + "/";
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : file.stream().toList()) {
        String name = entry.getName();
        boolean needed = ROOMS.stream().anyMatch(room -> name.startsWith(root + room + "/"));
        if (needed && name.endsWith(".class") && !name.endsWith("-info.class")) {
          String className = name.substring(0, name.length() - ".class".length()).replace('/', '.');
          Class<?> unused = Class.forName(className, true, Preload.class.getClassLoader());
        }
      }
    }
  }
}
