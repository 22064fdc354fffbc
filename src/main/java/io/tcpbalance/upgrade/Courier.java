package io.tcpbalance.upgrade;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.dispatch.ExecutionContexts;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Brings the successor what it is to have, one after the other and on a thread of its own: whatever
 * its code does, no relay loop and no actor here waits for it. Any thread may send.
 *
 * <p>What waits is bounded by the sessions that there are. A successor that keeps the courier for
 * too long gets nothing more.
 */
final class Courier implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Courier.class);

  /** The thread would keep the classes of this generation. */
  private static final Duration LINGER = Duration.ofMillis(100);

  private final Duration patience;
  private final Scheduler scheduler;
  private final LinkedBlockingQueue<Runnable> waiting = new LinkedBlockingQueue<>();
  private final ExecutorService thread;
  private @Nullable Parcel underWay;

  /** What was under way at the last look. */
  private @Nullable Parcel seen;

  private boolean watched;
  private boolean over;

  /**
   * @param patience with one delivery
   */
  Courier(Duration patience, Scheduler scheduler) {
    this.patience = patience;
    this.scheduler = scheduler;
    ThreadPoolExecutor one =
        new ThreadPoolExecutor(
            1, 1, LINGER.toMillis(), TimeUnit.MILLISECONDS, waiting, Courier::thread);
    one.allowCoreThreadTimeOut(true);
    thread = one;
  }

  private static Thread thread(Runnable work) {
    Thread thread = new Thread(work, "courier");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Sends something.
   *
   * @param what for the log
   * @param delivery calls the successor
   * @param loss is run if it is not to be delivered, or fails; must not block or throw
   */
  void send(String what, Runnable delivery, Runnable loss) {
    if (!accepts(new Parcel(what, delivery, loss))) {
      loss.run();
    }
  }

  private synchronized boolean accepts(Parcel parcel) {
    if (over) {
      return false;
    }
    try {
      thread.execute(parcel);
    } catch (OutOfMemoryError e) { // The system gives no more threads.
      LOG.error("the new code does not get {}", parcel.what, e);
      boolean unused = waiting.remove(parcel);
      return false;
    }
    if (!watched) {
      watched = true;
      lookLater();
    }
    return true;
  }

  private void lookLater() {
    scheduler.scheduleOnce(patience, this::look, ExecutionContexts.fromExecutor(Runnable::run));
  }

  /**
   * As long as there is something to deliver. Once is not enough to tell that it hangs: the whole
   * process may have stood still.
   */
  private void look() {
    List<Runnable> undelivered = new ArrayList<>();
    synchronized (this) {
      Parcel now = underWay;
      watched = now != null || !waiting.isEmpty();
      Parcel before = seen;
      seen = now;
      if (now != null && now == before) {
        LOG.error("the new code hangs when it gets {}: it gets nothing more", now.what);
        over = true;
        waiting.drainTo(undelivered);
      } else if (watched) {
        lookLater();
      }
    }
    lose(undelivered);
  }

  private static void lose(List<Runnable> undelivered) {
    undelivered.forEach(parcel -> ((Parcel) parcel).loss.run());
  }

  private synchronized void isUnderWay(@Nullable Parcel parcel) {
    underWay = parcel;
  }

  /** Waits for what is under way and waits, but not for ever. What comes then is lost. */
  @Override
  public void close() {
    synchronized (this) {
      over = true;
    }
    thread.shutdown();
    try {
      if (!thread.awaitTermination(patience.toMillis(), TimeUnit.MILLISECONDS)) {
        LOG.warn("the new code did not get all that there was to tell");
        lose(thread.shutdownNow());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private final class Parcel implements Runnable {
    final String what;
    final Runnable delivery;
    final Runnable loss;

    Parcel(String what, Runnable delivery, Runnable loss) {
      this.what = what;
      this.delivery = delivery;
      this.loss = loss;
    }

    @Override
    public void run() {
      isUnderWay(this);
      try {
        delivery.run();
      } catch (RuntimeException | Error e) {
        LOG.error("the new code does not take {}", what, e);
        loss.run();
      } finally {
        isUnderWay(null);
      }
    }
  }
}
