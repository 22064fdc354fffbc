package io.tcpbalance.relay;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * How many clients this process may hold at once, over all listening sockets. Any thread may call.
 *
 * <p>Clients that wait must never use the descriptors that the slots need for their connects, so
 * each client counts for two: its own socket and the back-end's that it has or will have.
 */
public final class ConnectionLimit {

  /** Left for the administration, name look-ups and files. */
  private static final int SPARE_DESCRIPTORS = 64;

  private final int maxClients;
  private final AtomicInteger clients = new AtomicInteger();
  private final Set<Acceptor> paused = ConcurrentHashMap.newKeySet();

  public ConnectionLimit(int maxClients) {
    this.maxClients = Math.max(1, maxClients);
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

  boolean tryEnter() {
    if (clients.incrementAndGet() <= maxClients) {
      return true;
    }
    clients.decrementAndGet();
    return false;
  }

  /** A client has gone: whoever stopped accepting goes on. */
  void leave() {
    clients.decrementAndGet();
    resumePaused();
  }

  void resumeWhenOneLeaves(Acceptor acceptor) {
    paused.add(acceptor);
    if (clients.get() < maxClients) {
      resumePaused();
    }
  }

  private void resumePaused() {
    if (!paused.isEmpty()) {
      List<Acceptor> resumed = List.copyOf(paused);
      resumed.forEach(paused::remove);
      resumed.forEach(Acceptor::resume);
    }
  }
}
