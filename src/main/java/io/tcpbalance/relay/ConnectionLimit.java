package io.tcpbalance.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * How many clients this process may hold at once, over all listening sockets. Any thread may call.
 *
 * <p>Clients that wait must never use the descriptors that the slots need for their connects, so
 * each client counts for two: its own socket and the back-end's that it has or will have.
 */
public final class ConnectionLimit {

  /** The limit that this one is a part of. */
  private final @Nullable ConnectionLimit whole;

  /** Left for the administration, name look-ups and files. */
  private static final int SPARE_DESCRIPTORS = 224;

  private final int maxClients;
  private final AtomicInteger clients = new AtomicInteger();
  private final Set<Runnable> full = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> starved = ConcurrentHashMap.newKeySet();

  public ConnectionLimit(int maxClients) {
    this(null, maxClients);
  }

  private ConnectionLimit(@Nullable ConnectionLimit whole, int maxClients) {
    this.whole = whole;
    this.maxClients = Math.max(1, maxClients);
  }

  /** A limit of its own for some of the clients, who count here too. */
  ConnectionLimit within(int maxOfThem) {
    return new ConnectionLimit(this, maxOfThem);
  }

  /** What the process's descriptor limit allows, less those that are open already. */
  public static ConnectionLimit ofProcess() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
      return new ConnectionLimit((int) Math.min((free - SPARE_DESCRIPTORS) / 2, 1 << 24));
    }
    return new ConnectionLimit(1 << 16);
  }

  public int maxClients() {
    return maxClients;
  }

  public int clients() {
    return clients.get();
  }

  /** Never counts more than there may be, not even for a moment: others would see it as full. */
  boolean tryEnter() {
    int now = clients.get();
    while (now < maxClients) {
      int seen = clients.compareAndExchange(now, now + 1);
      if (seen == now) {
        return isTakenByWhole();
      }
      now = seen;
    }
    return false;
  }

  /** Counts one more who is connected already, whether there is room or not. */
  void enterAnyway() {
    clients.incrementAndGet();
    if (whole != null) {
      whole.enterAnyway();
    }
  }

  private boolean isTakenByWhole() {
    if (whole == null || whole.tryEnter()) {
      return true;
    }
    clients.decrementAndGet();
    return false;
  }

  /** For a person: what does not let in any more. */
  String whyFull() {
    if (whole == null) {
      return "as many clients as the limit of open files allows: " + maxClients;
    }
    return clients.get() < maxClients
        ? whole.whyFull()
        : "as many clients as max-sessions allows: " + maxClients;
  }

  /** Nobody came after all. This frees a place, but no descriptor. */
  void cancelEnter() {
    clients.decrementAndGet();
    if (whole != null) {
      whole.cancelEnter();
    }
    resume(full);
  }

  /** A client has gone: whoever stopped accepting goes on. */
  void leave() {
    clients.decrementAndGet();
    if (whole != null) {
      whole.leave();
    }
    resume(full);
    resume(starved);
  }

  /** For one that could not {@link #tryEnter}. */
  void resumeBelowLimit(Runnable resume) {
    if (whole != null && clients.get() < maxClients) {
      whole.resumeBelowLimit(resume);
      return;
    }
    full.add(resume);
    if (clients.get() < maxClients) {
      resume(full);
    }
  }

  /** For one that found no descriptor: to try at once again would only burn the processor. */
  void resumeWhenClientLeaves(Runnable resume) {
    if (whole != null) {
      whole.resumeWhenClientLeaves(resume);
      return;
    }
    starved.add(resume);
  }

  private static void resume(Set<Runnable> waiting) {
    if (!waiting.isEmpty()) {
      List<Runnable> resumed = List.copyOf(waiting);
      resumed.forEach(waiting::remove);
      resumed.forEach(Runnable::run);
    }
  }
}
