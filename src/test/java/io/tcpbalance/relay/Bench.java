package io.tcpbalance.relay;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.FakeBackend;
import io.tcpbalance.testing.Peer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * Loops, a listening socket and the relays of one test. Closing it also asserts what holds after
 * every test: nothing is left open, nothing was told twice, no memory is counted as used.
 */
final class Bench implements AutoCloseable, Acceptor.Handler {

  static final Duration LONG = Duration.ofSeconds(100);
  static final RelayPolicy TCP = new RelayPolicy(LONG, LONG, true);
  static final RelayPolicy ABORTING = new RelayPolicy(LONG, LONG, false);
  static final long ROOMY_BYTES = 256L << 20;

  private static final int TIMEOUT_SECONDS = 20;

  /** A client, its relay and what that told. */
  record Session(Peer client, StreamRelay relay, Recorder told) {

    Session connect(FakeBackend backend) throws InterruptedException {
      relay.connect(backend.address());
      told.awaitConnected();
      return this;
    }
  }

  final MemoryBudget memory;
  final JobMemory jobMemory;
  final ConnectionLimit limit;
  final RelayLoops loops;
  final RelayGroup group;
  final Acceptor acceptor;
  final InetSocketAddress address;
  final BlockingQueue<String> complaints = new LinkedBlockingQueue<>();

  volatile boolean refuseNext;

  private final ServerSocketChannel server;
  private final BlockingQueue<Relay> accepted = new LinkedBlockingQueue<>();
  private final List<Session> sessions = new ArrayList<>();
  private final AtomicReference<Throwable> fatal = new AtomicReference<>();

  Bench(RelayPolicy policy) throws IOException {
    this(policy, 1, ROOMY_BYTES, 10_000);
  }

  Bench(RelayPolicy policy, int loopCount, long memoryBytes, int maxClients) throws IOException {
    memory = new MemoryBudget(memoryBytes);
    jobMemory = new JobMemory(memoryBytes);
    limit = new ConnectionLimit(maxClients);
    loops = RelayLoops.start(loopCount, memory, jobMemory, limit, fatal::set);
    group = loops.streams(policy);
    server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1024);
    server.configureBlocking(false);
    address = (InetSocketAddress) server.getLocalAddress();
    acceptor = loops.acceptor(server, group, this);
    acceptor.resume();
  }

  @Override
  public void accepted(Relay relay) {
    if (refuseNext) {
      refuseNext = false;
      throw new IllegalStateException("not accepted, as the test wants it");
    }
    accepted.add(relay);
  }

  @Override
  public void exhausted(String reason) {
    complaints.add(reason);
  }

  @Override
  public void failed(IOException cause) {
    complaints.add(cause.toString());
  }

  /** A new client and its relay, which does nothing yet. */
  Session open() throws IOException, InterruptedException {
    return open(0);
  }

  Session open(int clientReceiveBufferBytes) throws IOException, InterruptedException {
    return adopt(Peer.connect(address, clientReceiveBufferBytes));
  }

  Session adopt(Peer client) throws InterruptedException {
    StreamRelay relay = takeAccepted();
    Session session = new Session(client, relay, new Recorder());
    relay.start(session.told());
    sessions.add(session);
    return session;
  }

  Session join(FakeBackend backend) throws IOException, InterruptedException {
    return open().connect(backend);
  }

  StreamRelay takeAccepted() throws InterruptedException {
    Relay relay = accepted.poll(TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (relay == null) {
      throw new AssertionError("no client was ever accepted");
    }
    return (StreamRelay) relay;
  }

  int acceptedUntaken() {
    return accepted.size();
  }

  /**
   * Returns when the (only) loop has turned as often, so that what was ready before has been dealt
   * with.
   */
  void turn(int times) {
    RelayLoop loop = loops.next();
    for (int i = 0; i < times; i++) {
      CompletableFuture<Boolean> turned = new CompletableFuture<>();
      loop.execute(() -> loop.afterNextSelection(() -> turned.complete(true)));
      await(turned, "the loop turns");
    }
  }

  /** How often the (only) loop has selected. */
  long turns() {
    RelayLoop loop = loops.next();
    CompletableFuture<Long> turns = new CompletableFuture<>();
    loop.execute(() -> turns.complete(loop.turns()));
    return await(turns, "the loop answers");
  }

  /** For what no call-back tells. */
  static void awaitTrue(BooleanSupplier condition, String what) {
    long deadlineNanos = System.nanoTime() + TimeUnit.SECONDS.toNanos(TIMEOUT_SECONDS);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() - deadlineNanos > 0) {
        throw new AssertionError("never happened: " + what);
      }
      LockSupport.parkNanos(100_000);
    }
  }

  static <T> T await(CompletionStage<T> stage, String what) {
    try {
      return stage.toCompletableFuture().orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS).join();
    } catch (CompletionException e) {
      throw new AssertionError("never happened: " + what, e);
    }
  }

  @Override
  public void close() throws IOException {
    await(acceptor.close(), "the acceptor is closed");
    for (Relay relay = accepted.poll(); relay != null; relay = accepted.poll()) {
      relay.close();
    }
    for (Session session : sessions) {
      session.client().close();
    }
    await(group.close(), "the group is closed");
    loops.close();

    assertNull(fatal.get(), "a loop was broken");
    assertEquals(0, group.size(), "relays left");
    assertEquals(0, limit.clients(), "clients counted");
    assertEquals(0, memory.usedBytes(), "bytes counted");
    assertEquals(0, jobMemory.usedBytes(), "bytes of requests claimed");
    assertEquals(0, jobMemory.answersUsedBytes(), "bytes of answers counted");
    for (Session session : sessions) {
      assertTrue(session.told().hasEndedOnce(), () -> "not ended once: " + session.told());
    }
  }
}
