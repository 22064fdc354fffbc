package io.tcpbalance.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A build by make, which goes on after a job has failed, so that all failures are seen.
 *
 * <p>Used by one test thread. What is waited for is bounded by the test's time-out. {@link #close}
 * kills what is left of it.
 */
public final class DistccBuild implements AutoCloseable {

  private static final String BUILT = "built ";

  /** To be completed by the directory of the sources. */
  private static final String MAKEFILE =
      """
      SOURCES := %s
      all: $(patsubst $(SOURCES)/%%.c,%%.o,$(wildcard $(SOURCES)/*.c))
      %%.o: $(SOURCES)/%%.c
      \t@distcc gcc -O2 -c $< -o $@ && echo built $@
      """;

  private final Process make;
  private final Thread reader = new Thread(this::read, "make-output");
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final List<String> output = new ArrayList<>();
  private int objects;
  private boolean ended;

  private DistccBuild(Process make) {
    this.make = make;
    reader.setDaemon(true);
    reader.start();
  }

  static DistccBuild start(ProcessBuilder builder, Path sources, Path objects, int jobs)
      throws IOException {
    Files.createDirectory(objects);
    Files.writeString(objects.resolve("Makefile"), MAKEFILE.formatted(sources));
    // Whoever runs the tests from make does not want this one to be a part of it.
    builder.environment().keySet().removeIf(name -> name.startsWith("MAKE"));
    return new DistccBuild(
        builder
            .command("make", "--keep-going", "--jobs=" + jobs)
            .directory(objects.toFile())
            .redirectErrorStream(true)
            .start());
  }

  /** Returns when so many objects are built. */
  public void awaitObjects(int count) throws InterruptedException {
    lock.lock();
    try {
      while (objects < count) {
        if (ended) {
          throw new AssertionError("make ended before " + count + " objects were built: " + this);
        }
        news.await();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Objects built until now. */
  public int objects() {
    lock.lock();
    try {
      return objects;
    } finally {
      lock.unlock();
    }
  }

  /** Make's exit code: 0, or 2 when a job failed. */
  public int awaitEnd() throws InterruptedException {
    reader.join();
    return make.waitFor();
  }

  private void read() {
    try (BufferedReader lines = make.inputReader()) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        onLine(line);
      }
    } catch (IOException closed) {
      // the same as its end
    }
    lock.lock();
    try {
      ended = true;
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private void onLine(String line) {
    lock.lock();
    try {
      if (line.startsWith(BUILT)) {
        objects++;
      } else {
        output.add(line);
      }
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** How far it is, and what was printed by others than the rules. */
  @Override
  public String toString() {
    lock.lock();
    try {
      return objects + " objects\n" + String.join("\n", output);
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    List<ProcessHandle> jobs = make.descendants().toList();
    make.destroyForcibly();
    jobs.forEach(ProcessHandle::destroyForcibly);
    make.onExit().join();
  }
}
