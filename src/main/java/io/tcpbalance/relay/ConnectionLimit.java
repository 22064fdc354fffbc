package io.tcpbalance.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
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
  private final Meter clients;
  private final Set<Runnable> full = ConcurrentHashMap.newKeySet();
  private final Set<Runnable> starved = ConcurrentHashMap.newKeySet();

  public ConnectionLimit(int maxClients) {
    this(null, maxClients, Meter.alone());
  }

  private ConnectionLimit(@Nullable ConnectionLimit whole, int maxClients, Meter clients) {
    this.whole = whole;
    this.clients = clients;
    this.maxClients = Math.max(1, maxClients);
  }

  /** A limit of its own for some of the clients, who count here too. */
  ConnectionLimit within(int maxOfThem) {
    return new ConnectionLimit(this, maxOfThem, Meter.alone());
  }

  /**
   * What the process's descriptor limit allows, less those that are open already and are no
   * clients'.
   *
   * @param clients of the whole process
   * @param agreed what was found by the first who asked, and holds for all; 0 until then
   */
  public static ConnectionLimit ofProcess(Meter clients, AtomicLong agreed) {
    agreed.compareAndSet(0, Math.max(1, allowedByDescriptors()));
    return new ConnectionLimit(null, (int) agreed.get(), clients);
  }

  private static long allowedByDescriptors() {
    if (ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix) {
      long free = unix.getMaxFileDescriptorCount() - unix.getOpenFileDescriptorCount();
      return Math.min((free - SPARE_DESCRIPTORS) / 2, 1 << 24);
    }
    return 1 << 16;
  }

  public int maxClients() {
    return maxClients;
  }

  public int clients() {
    return (int) clients.own();
  }

  /** Never counts more than there may be, not even for a moment: others would see it as full. */
  boolean tryEnter() {
    return clients.tryAdd(1, maxClients) && isTakenByWhole();
  }

  /** Counts one more who is connected already, whether there is room or not. */
  void enterAnyway() {
    clients.add(1);
    if (whole != null) {
      whole.enterAnyway();
    }
  }

  private boolean isTakenByWhole() {
    if (whole == null || whole.tryEnter()) {
      return true;
    }
    clients.add(-1);
    return false;
  }

  /** For a person: what does not let in any more. */
  String whyFull() {
    if (whole == null) {
      return "as many clients as the limit of open files allows: " + maxClients;
    }
    return clients.all() < maxClients
        ? whole.whyFull()
        : "as many clients as max-sessions allows: " + maxClients;
  }

  /** Nobody came after all. This frees a place, but no descriptor. */
  void cancelEnter() {
    clients.add(-1);
    if (whole != null) {
      whole.cancelEnter();
    }
    resume(full);
  }

  /** A client has gone: whoever stopped accepting goes on. */
  void leave() {
    clients.add(-1);
    if (whole != null) {
      whole.leave();
    }
    resume(full);
    resume(starved);
  }

  /** For one that could not {@link #tryEnter}. */
  void resumeBelowLimit(Runnable resume) {
    if (whole != null && clients.all() < maxClients) {
      whole.resumeBelowLimit(resume);
      return;
    }
    full.add(resume);
    if (clients.all() < maxClients) {
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
