package io.tcpbalance.bootstrap;

import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Path;
import java.util.List;

/**
 * Loads one generation's classes from its own jars. Of all that the process itself has loaded it
 * sees the JDK and this package, which all generations share.
 *
 * <p>It is never closed: its files are, when it is collected. A thread of a generation that has
 * ended may go on for a moment, and one of Pekko's that does not find a class ends the process.
 */
final class GenerationLoader extends URLClassLoader {

  static {
    registerAsParallelCapable();
  }

  private GenerationLoader(List<Path> jars) throws MalformedURLException {
    super(urls(jars), new Shared());
  }

  static GenerationLoader of(List<Path> jars) throws MalformedURLException {
    return new GenerationLoader(jars);
  }

  private static URL[] urls(List<Path> jars) throws MalformedURLException {
    URL[] urls = new URL[jars.size()];
    for (int i = 0; i < urls.length; i++) {
      urls[i] = jars.get(i).toUri().toURL();
    }
    return urls;
  }

  /** What all generations see alike. */
  private static final class Shared extends ClassLoader {

    private static final String PREFIX = Bootstrap.class.getPackageName() + ".";

    static {
      registerAsParallelCapable();
    }

    Shared() {
      super(getPlatformClassLoader());
    }

    @Override
    protected Class<?> findClass(String name) throws ClassNotFoundException {
      if (name.startsWith(PREFIX)) {
        return Class.forName(name, false, Bootstrap.class.getClassLoader());
      }
      throw new ClassNotFoundException(name);
    }
  }
}
