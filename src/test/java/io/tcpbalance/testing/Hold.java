package io.tcpbalance.testing;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Keeps jobs at a {@link FakeDistccd} from being answered until the test lets them go. */
public final class Hold {
  private static final int PATIENCE_SECONDS = 20;

  private final CountDownLatch reached = new CountDownLatch(1);
  private final List<Runnable> held = new ArrayList<>();
  private boolean released;

  /** Returns when the first job is held. */
  public void awaitJob() throws InterruptedException {
    if (!reached.await(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
      throw new AssertionError("no job has reached the hold");
    }
  }

  /** Lets go what is held, and does not hold what comes later. */
  public void release() {
    List<Runnable> goOn;
    synchronized (this) {
      released = true;
      goOn = List.copyOf(held);
      held.clear();
    }
    goOn.forEach(Runnable::run);
  }

  /** Called by a host: runs it at once if there is nothing to wait for. */
  void whenReleased(Runnable goOn) {
    synchronized (this) {
      if (!released) {
        held.add(goOn);
        reached.countDown();
        return;
      }
    }
    reached.countDown();
    goOn.run();
  }
}
