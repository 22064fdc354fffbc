package io.tcpbalance.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A compile host that speaks distcc's wire format and does as it is told, connection by connection
 * in the order they come; without a word it compiles. Like distccd it takes what it can read before
 * it has answered, an end or a byte too many, as the end of its client.
 *
 * <p>It counts the connections it has at once. One that its peer closed before the peer opened
 * another is never counted beside it: the kernel tells the end first, and it is looked for first.
 * One that is answered counts until its last byte is about to be sent.
 *
 * <p>One thread serves all connections; any other may ask, and {@link #close}.
 */
public final class FakeDistccd implements AutoCloseable {
  private static final int BACKLOG = 1024;
  private static final int PATIENCE_SECONDS = 20;

  private record Due(long atNs, Runnable task) {}

  private final int slots;
  private final ServerSocketChannel listener;
  private final Selector selector;
  private final int port;
  private final Thread thread;

  // Of the serving thread.
  private final Set<FakeWorker> working = new HashSet<>();
  private final PriorityQueue<Due> timers =
      new PriorityQueue<>((a, b) -> Long.signum(a.atNs - b.atNs));

  private final Queue<Runnable> tasks = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition news = lock.newCondition();
  private final Deque<JobScript> next = new ArrayDeque<>();
  private final List<ReceivedJob> jobs = new ArrayList<>();
  private JobScript otherwise = JobScript.compiled();
  private int accepted;
  private int answered;
  private int aborted;
  private int maxConcurrent;
  private int violations;

  private FakeDistccd(int slots, int port) throws IOException {
    this.slots = slots;
    this.listener = ServerSocketChannel.open();
    try {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), BACKLOG);
      listener.configureBlocking(false);
      this.port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
      this.selector = Selector.open();
      listener.register(selector, SelectionKey.OP_ACCEPT);
    } catch (IOException e) {
      listener.close();
      throw e;
    }
    thread = new Thread(this::serve, "fake-distccd-" + this.port);
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Listens on a free port of the loopback interface.
   *
   * @param slots more connections at once than these are counted as violations, and served
   */
  public static FakeDistccd start(int slots) throws IOException {
    return new FakeDistccd(slots, 0);
  }

  /** As {@link #start(int)}, on the port that another one had before. */
  public static FakeDistccd restart(int slots, int port) throws IOException {
    return new FakeDistccd(slots, port);
  }

  public int port() {
    return port;
  }

  /** What it is to do with the next connections that have no script yet, one each. */
  public FakeDistccd next(JobScript... scripts) {
    lock.lock();
    try {
      next.addAll(List.of(scripts));
    } finally {
      lock.unlock();
    }
    return this;
  }

  /** What it is to do with all further connections. */
  public FakeDistccd otherwise(JobScript script) {
    lock.lock();
    try {
      otherwise = script;
    } finally {
      lock.unlock();
    }
    return this;
  }

  /** The requests that were received whole, in the order of their last bytes. */
  public List<ReceivedJob> jobs() {
    return look(() -> List.copyOf(jobs));
  }

  public int accepted() {
    return look(() -> accepted);
  }

  /** Connections whose script was played to its end; a job whose answer was all sent, mostly. */
  public int answered() {
    return look(() -> answered);
  }

  /** Connections that the peer ended, or on which it said too much, before they were answered. */
  public int aborted() {
    return look(() -> aborted);
  }

  public int maxConcurrent() {
    return look(() -> maxConcurrent);
  }

  /** Connections that came when all slots were taken; a real distccd would let them hang. */
  public int violations() {
    return look(() -> violations);
  }

  public void awaitAccepted(int count) throws InterruptedException {
    await(count + " connections", () -> accepted >= count);
  }

  public void awaitJobs(int count) throws InterruptedException {
    await(count + " whole requests", () -> jobs.size() >= count);
  }

  public void awaitAborted(int count) throws InterruptedException {
    await(count + " aborted connections", () -> aborted >= count);
  }

  private interface Look<T> {
    T at();
  }

  private <T> T look(Look<T> what) {
    lock.lock();
    try {
      return what.at();
    } finally {
      lock.unlock();
    }
  }

  private void await(String what, BooleanSupplier condition) throws InterruptedException {
    lock.lock();
    try {
      long leftNs = TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
      while (!condition.getAsBoolean()) {
        if (leftNs <= 0) {
          throw new AssertionError(
              "never had %s: accepted %d, whole requests %d, answered %d, aborted %d"
                  .formatted(what, accepted, jobs.size(), answered, aborted));
        }
        leftNs = news.awaitNanos(leftNs);
      }
    } finally {
      lock.unlock();
    }
  }

  /** What has happened, told by the serving thread. */
  private void tell(Runnable change) {
    lock.lock();
    try {
      change.run();
      news.signalAll();
    } finally {
      lock.unlock();
    }
  }

  void onJob(ReceivedJob job) {
    tell(() -> jobs.add(job));
  }

  /** Called before the peer can know that its slot is free. */
  void onAnswered(FakeWorker worker) {
    if (working.remove(worker)) {
      tell(() -> answered++);
    }
  }

  void onAborted(FakeWorker worker) {
    if (working.remove(worker)) {
      tell(() -> aborted++);
    }
  }

  /** Any thread: runs it on the serving one. */
  void execute(Runnable task) {
    tasks.add(task);
    selector.wakeup();
  }

  void later(long delayNs, Runnable task) {
    timers.add(new Due(System.nanoTime() + delayNs, task));
  }

  private void serve() {
    try (selector;
        listener) {
      while (!closed) {
        waitForWork();
        for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
          task.run();
        }
        while (!timers.isEmpty() && timers.peek().atNs - System.nanoTime() <= 0) {
          timers.poll().task.run();
        }
        boolean acceptReady = handleWorkers();
        if (acceptReady) {
          acceptOne();
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void waitForWork() throws IOException {
    if (timers.isEmpty()) {
      selector.select();
      return;
    }
    long ms = TimeUnit.NANOSECONDS.toMillis(timers.peek().atNs - System.nanoTime()) + 1;
    if (ms > 0) {
      selector.select(ms);
    } else {
      selector.selectNow();
    }
  }

  /** Returns whether somebody wants to be accepted. */
  private boolean handleWorkers() {
    boolean acceptReady = false;
    for (SelectionKey key : selector.selectedKeys()) {
      if (key.attachment() instanceof FakeWorker worker) {
        worker.onReady();
      } else {
        acceptReady = true;
      }
    }
    selector.selectedKeys().clear();
    return acceptReady;
  }

  private void acceptOne() throws IOException {
    SocketChannel channel = listener.accept();
    if (channel == null) {
      return;
    }
    // Whoever closed one connection and then opened this is owed that the end is seen first, which
    // may lie behind more of a request than one read takes.
    boolean more = true;
    while (more) {
      selector.selectNow();
      more = selector.selectedKeys().stream().anyMatch(k -> k.attachment() instanceof FakeWorker);
      handleWorkers();
    }
    FakeWorker worker = new FakeWorker(this, channel, selector, takeScript());
    working.add(worker);
    int concurrent = working.size();
    tell(
        () -> {
          accepted++;
          maxConcurrent = Math.max(maxConcurrent, concurrent);
          violations += concurrent > slots ? 1 : 0;
        });
    worker.onReady();
  }

  private JobScript takeScript() {
    return look(() -> next.isEmpty() ? otherwise : next.poll());
  }

  /** As a dead host whose orphans live on: the port is closed, the connections stay as they are. */
  public void refuse() throws InterruptedException {
    CountDownLatch refusing = new CountDownLatch(1);
    execute(
        () -> {
          try {
            listener.close();
            selector.selectNow(); // which is when the kernel closes it
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
          refusing.countDown();
        });
    refusing.await();
  }

  /** As a kill: closes the port and every connection; returns when they are closed. */
  @Override
  public void close() {
    closed = true;
    selector.wakeup();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
