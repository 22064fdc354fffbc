package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/**
 * All sessions of one proxy, beyond the lives of the actor that is their parent. Only that actor
 * uses it, but for {@link #clients}.
 *
 * <p>A session is listed from its accept until its actor has stopped and its sockets are closed.
 */
final class SessionRegistry {

  /**
   * One session.
   *
   * @param dead whether its actor died while its sockets may still be open
   */
  record Listed(SessionEntry entry, ActorRef<Balancer.SessionMessage> actor, boolean dead) {}

  private final Map<Long, Listed> sessions = new LinkedHashMap<>();
  private final AtomicInteger clients = new AtomicInteger();
  private long lastId;

  /**
   * An empty one.
   *
   * @param lastId the highest number that is taken elsewhere
   */
  SessionRegistry(long lastId) {
    this.lastId = lastId;
  }

  long nextId() {
    return ++lastId;
  }

  /** The highest number that was given. */
  long lastId() {
    return lastId;
  }

  void add(SessionEntry entry, ActorRef<Balancer.SessionMessage> actor) {
    sessions.put(entry.id, new Listed(entry, actor, false));
    if (!entry.isTrial()) {
      clients.incrementAndGet();
    }
  }

  Listed markDead(long id) {
    return Objects.requireNonNull(
        sessions.computeIfPresent(id, (i, s) -> new Listed(s.entry(), s.actor(), true)));
  }

  @Nullable Listed find(long id) {
    return sessions.get(id);
  }

  /** One that is known to be listed. */
  Listed get(long id) {
    return Objects.requireNonNull(sessions.get(id), "no such session");
  }

  void remove(long id) {
    Listed removed = sessions.remove(id);
    if (removed != null && !removed.entry().isTrial()) {
      clients.decrementAndGet();
    }
  }

  /** How many are no trial compiles. Any thread may call. */
  int clients() {
    return clients.get();
  }

  boolean isEmpty() {
    return sessions.isEmpty();
  }

  /** In the order of their accept. */
  Collection<Listed> all() {
    return sessions.values();
  }
}
