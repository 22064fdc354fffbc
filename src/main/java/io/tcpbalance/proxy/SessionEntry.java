package io.tcpbalance.proxy;

import io.tcpbalance.balancer.Balancer.Slot;
import io.tcpbalance.balancer.LeaseId;
import io.tcpbalance.relay.Relay;
import io.tcpbalance.relay.StreamRelay;
import io.tcpbalance.relay.TrialRelay;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one session beyond its actor's life.
 *
 * <p>The lease is written by the session when it hands it to the relay, and cleared by the relay's
 * call-back when the back-end's socket is closed; in between, the release is the call-back's
 * business and nobody else's.
 */
final class SessionEntry {

  /** A lease that a relay uses. */
  record Held(LeaseId lease, Slot slot) {}

  /** Where else the slot's host can be reached, if it does not accept at the address before. */
  private volatile Iterator<InetSocketAddress> otherAddresses = Collections.emptyIterator();

  final long id;
  final Relay relay;
  final Instant acceptedAt;
  final long acceptedAtNanos;

  private final CompletableFuture<SessionEntry> relayEnded = new CompletableFuture<>();
  private final AtomicReference<@Nullable Held> held = new AtomicReference<>();
  private volatile boolean connected;

  /** Granted, while its address is being looked up; no relay knows of it yet. */
  private volatile @Nullable Slot resolving;

  private volatile @Nullable JobDescription job;
  private final AtomicInteger attempts = new AtomicInteger();

  /** On the monotonic clock: its accept, then its place in the queue, then its slot. */
  private volatile long sinceNanos;

  /** Set by the session when it has told everybody all there is to tell. */
  private volatile boolean finished;

  private volatile boolean givenAway;

  SessionEntry(long id, Relay relay, Instant acceptedAt, long acceptedAtNanos) {
    this.id = id;
    this.relay = relay;
    this.acceptedAt = acceptedAt;
    this.acceptedAtNanos = acceptedAtNanos;
    sinceNanos = acceptedAtNanos;
  }

  /** Whether it is a trial compile, and nobody's. */
  boolean isTrial() {
    return relay instanceof TrialRelay;
  }

  /** Whether it has a client and no slot, and none of its own accord: it waits, or soon will. */
  boolean wantsSlot() {
    return relay instanceof StreamRelay && held.get() == null && resolving == null && !finished;
  }

  /** For a job, once its request is here. */
  @Nullable JobDescription job() {
    return job;
  }

  void describe(JobDescription description) {
    job = description;
  }

  /** How many back-ends have accepted. */
  int attempts() {
    return attempts.get();
  }

  /** When it got the slot that it has; without one, its place in the queue; before that, itself. */
  Instant since() {
    return acceptedAt.plusNanos(sinceNanos - acceptedAtNanos);
  }

  /** As {@link #since}, on the monotonic clock. */
  long sinceNanos() {
    return sinceNanos;
  }

  /** It has a slot from now on, or a place in the queue. */
  void markSince(long nanos) {
    sinceNanos = nanos;
  }

  /** The one that it has, even if no relay knows of it yet. */
  @Nullable Slot slot() {
    Held now = held();
    return now == null ? resolving : now.slot();
  }

  @Nullable Slot resolving() {
    return resolving;
  }

  void markResolving(@Nullable Slot slot) {
    resolving = slot;
  }

  @Nullable Held held() {
    return held.get();
  }

  boolean connected() {
    return connected;
  }

  boolean finished() {
    return finished;
  }

  void hold(LeaseId lease, Slot slot, List<InetSocketAddress> furtherAddresses) {
    connected = false;
    otherAddresses = furtherAddresses.iterator();
    held.set(new Held(lease, slot));
  }

  /** For the relay's call-backs only. */
  @Nullable InetSocketAddress nextAddress() {
    return otherAddresses.hasNext() ? otherAddresses.next() : null;
  }

  /** For the relay's call-backs only. */
  void markConnected() {
    attempts.incrementAndGet();
    connected = true;
  }

  /** Returns what was held, which only the caller is to release now. */
  @Nullable Held clear() {
    return held.getAndSet(null);
  }

  /** Whether another generation serves the client on, and counts it. */
  boolean givenAway() {
    return givenAway;
  }

  /** To be called before {@link #markFinished}. */
  void markGivenAway() {
    givenAway = true;
  }

  void markFinished() {
    finished = true;
  }

  void markRelayEnded() {
    relayEnded.complete(this);
  }

  CompletableFuture<SessionEntry> relayEnded() {
    return relayEnded;
  }
}
