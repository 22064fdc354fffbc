package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One thread with one selector and one read buffer, which moves the bytes of many relays.
 *
 * <p>Any thread may {@link #execute}; everything else that is registered here runs on the loop's
 * own thread. A fault of one relay closes that relay; a fault of the loop itself ends the thread
 * and is told to the owner, who ends the process.
 */
final class RelayLoop {

  /** What a selection key of a loop is attached to. */
  interface Registered {

    void ready(SelectionKey key);

    /** The loop is about to end: the socket is to be closed. */
    void loopStops();

    /** Called now and then, for time-outs. */
    default void sweep(long nowNanos) {}
  }

  static final int READ_BUFFER_BYTES = 256 * 1024;
  private static final long SWEEP_MS = 100;
  private static final Logger LOG = LoggerFactory.getLogger(RelayLoop.class);

  private final Selector selector;
  private final ByteBuffer readBuffer = ByteBuffer.allocateDirect(READ_BUFFER_BYTES);
  private final ChunkPool chunks;
  private final JobChunks jobChunks;
  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private final AtomicBoolean parked = new AtomicBoolean();
  private final Thread thread;

  private List<Runnable> afterSelection = new ArrayList<>();
  private boolean awake;
  private int swept;
  private long turns;
  private long nowNanos = System.nanoTime();
  private long nextSweepNanos = nowNanos;
  private volatile boolean stopping;

  RelayLoop(String name, MemoryBudget budget, JobMemory jobMemory, FatalHandler onFatal)
      throws IOException {
    selector = Selector.open();
    chunks = new ChunkPool(budget);
    jobChunks = new JobChunks(jobMemory);
    thread = new Thread(() -> run(onFatal), name);
    thread.setDaemon(true);
  }

  /** Told on the loop's thread, as its last act, what broke it. */
  @FunctionalInterface
  interface FatalHandler {
    void broken(Throwable cause);
  }

  void start() {
    thread.start();
  }

  /**
   * Runs the task on the loop's thread, soon. A task that comes after the loop's end is dropped.
   */
  void execute(Runnable task) {
    tasks.add(task);
    if (parked.get() && parked.compareAndSet(true, false)) {
      selector.wakeup();
    }
  }

  /**
   * Runs the task after the next selection, which is when the kernel really closes what was closed
   * before it.
   */
  void afterNextSelection(Runnable task) {
    afterSelection.add(task);
  }

  ByteBuffer readBuffer() {
    return readBuffer.clear();
  }

  ChunkPool chunks() {
    return chunks;
  }

  JobChunks jobChunks() {
    return jobChunks;
  }

  Selector selector() {
    return selector;
  }

  /** The time of this turn of the loop: cheap, and exact enough for time-outs. */
  long nowNanos() {
    return nowNanos;
  }

  /** While the count is above zero, {@link Registered#sweep} is called about every 100 ms. */
  void addSwept(int delta) {
    swept += delta;
  }

  /** How often it has selected; only its own thread may ask. */
  long turns() {
    return turns;
  }

  /**
   * Ends the thread after the tasks that were posted before, and waits for it. What is registered
   * still is closed, and tells its end.
   */
  void stop() {
    execute(() -> stopping = true);
    boolean interrupted = false;
    while (thread.isAlive()) {
      try {
        thread.join();
      } catch (InterruptedException e) {
        interrupted = true;
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(FatalHandler onFatal) {
    try (selector) {
      while (!stopping) {
        turn();
      }
      for (SelectionKey key : selector.keys()) {
        if (key.isValid()) {
          ((Registered) key.attachment()).loopStops();
        }
      }
      while (!afterSelection.isEmpty()) {
        turn();
      }
    } catch (IOException | RuntimeException | Error e) {
      try {
        LOG.error("{} is broken", thread.getName(), e);
      } finally {
        onFatal.broken(e); // also if there was no memory for the line
      }
    }
  }

  private void turn() throws IOException {
    // What was closed until now is deregistered by this selection; what its events close, by the
    // next.
    List<Runnable> due = takeAfterSelection();
    turns++;
    awake = false;
    parked.set(true);
    if (tasks.isEmpty() && due.isEmpty()) {
      selector.select(this::dispatch, swept > 0 ? SWEEP_MS : 0);
    } else {
      selector.selectNow(this::dispatch);
    }
    wake();
    due.forEach(Runnable::run);
    runTasks();
    if (swept > 0 && nowNanos - nextSweepNanos >= 0) {
      nextSweepNanos = nowNanos + TimeUnit.MILLISECONDS.toNanos(SWEEP_MS);
      sweepAll();
    }
  }

  private void dispatch(SelectionKey key) {
    wake();
    // The events of one selection are handed out one by one: an earlier one may have closed this.
    if (key.isValid()) {
      ((Registered) key.attachment()).ready(key);
    }
  }

  /**
   * Once a turn, when the selection is over: saves the others a system call, and tells the time.
   */
  private void wake() {
    if (!awake) {
      awake = true;
      parked.set(false);
      nowNanos = System.nanoTime();
    }
  }

  private List<Runnable> takeAfterSelection() {
    if (afterSelection.isEmpty()) {
      return List.of(); // not the list itself: this turn's events add to it
    }
    List<Runnable> due = afterSelection;
    afterSelection = new ArrayList<>();
    return due;
  }

  private void runTasks() {
    Runnable task = tasks.poll();
    while (task != null) {
      task.run();
      task = tasks.poll();
    }
  }

  private void sweepAll() {
    for (SelectionKey key : selector.keys()) {
      if (key.isValid()) {
        ((Registered) key.attachment()).sweep(nowNanos);
      }
    }
  }

  @Override
  public String toString() {
    return thread.getName();
  }
}
