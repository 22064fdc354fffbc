package io.tcpbalance;

import io.tcpbalance.bootstrap.Signals;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.SettingsLoader;
import io.tcpbalance.state.State;
import io.tcpbalance.testing.LoneGround;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executor;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/**
 * A daemon that does something terrible to itself on SIGHUP: a program of its own, for {@link
 * ProcessDeathTest}.
 */
final class Saboteur {

  /** What happens on SIGHUP. */
  enum Deed {
    /** The kernel's side of every selector goes away. */
    CLOSE_SELECTORS,
    /** The dispatcher of the proxies' actors meets an error that no actor survives. */
    BREAK_DISPATCHER,
    /** All threads of that dispatcher are occupied, for ever. */
    HOG_DISPATCHER,
    /** There is no heap left, and nothing to collect. */
    FILL_HEAP
  }

  private static final String DISPATCHER = "pekko.actor.proxy-dispatcher";
  private static final int MORE_THAN_ITS_THREADS = 64;

  private Saboteur() {}

  public static void main(String[] arguments) throws Exception {
    LoadedSettings loaded = SettingsLoader.load(Path.of(arguments[0]));
    Deed deed = Deed.valueOf(arguments[1]);
    Ending ending = new Ending();
    ActorSystem<Guardian.Command> system =
        ActorSystem.create(
            Guardian.create(
                loaded, () -> loaded, State.off(), new LoneGround(), Optional.empty(), ending),
            "tcpbalance",
            loaded.pekko());
    Signals.on("HUP", number -> commit(deed, system));
    System.exit(ending.await(system).number());
  }

  private static void commit(Deed deed, ActorSystem<?> system) {
    Executor dispatcher = system.dispatchers().lookup(DispatcherSelector.fromConfig(DISPATCHER));
    switch (deed) {
      case CLOSE_SELECTORS -> {
        closeSelectors();
        System.out.println("sabotage: " + deed);
      }
      case BREAK_DISPATCHER ->
          dispatcher.execute(
              () -> {
                throw new OutOfMemoryError("sabotage");
              });
      case HOG_DISPATCHER -> {
        for (int i = 0; i < MORE_THAN_ITS_THREADS; i++) {
          dispatcher.execute(Saboteur::standStill);
        }
      }
      case FILL_HEAP -> fillHeap();
    }
  }

  private static void standStill() {
    while (!Thread.interrupted()) { // which nobody does
      LockSupport.park();
    }
  }

  private static void fillHeap() {
    List<byte[]> hoard = new ArrayList<>();
    int size = 1 << 20;
    while (size > 0) {
      try {
        hoard.add(new byte[size]);
      } catch (OutOfMemoryError e) {
        size /= 2;
      }
    }
    standStill();
    throw new IllegalStateException("gave up a hoard of " + hoard.size());
  }

  private static void closeSelectors() {
    try (Stream<Path> files = Files.list(Path.of("/proc/self/fd"))) {
      for (Path file : files.toList()) {
        if (Files.isSymbolicLink(file)
            && Files.readSymbolicLink(file).toString().contains("eventpoll")) {
          close(Integer.parseInt(file.getFileName().toString()));
        }
      }
    } catch (IOException | ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void close(int number) throws IOException, ReflectiveOperationException {
    FileDescriptor descriptor = new FileDescriptor();
    Field field = FileDescriptor.class.getDeclaredField("fd");
    field.setAccessible(true);
    field.setInt(descriptor, number);
    new FileOutputStream(descriptor).close();
  }
}
