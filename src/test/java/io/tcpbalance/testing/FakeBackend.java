package io.tcpbalance.testing;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A back-end on loopback with one way of behaving; each of its connections has a thread. Any thread
 * may call.
 */
public final class FakeBackend implements AutoCloseable {

  /** How a back-end treats one connection, which is closed when this returns or throws. */
  @FunctionalInterface
  public interface Conversation {
    void hold(Peer client) throws IOException, InterruptedException;
  }

  private static final int ACCEPT_TIMEOUT_SECONDS = 20;
  private static final int BACKLOG = 1024;

  private final InetSocketAddress address;
  private final Deque<Closeable> sockets = new ArrayDeque<>();
  private final Set<Peer> peers = ConcurrentHashMap.newKeySet();
  private final Set<Thread> threads = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<Peer> untaken = new LinkedBlockingQueue<>();
  private final AtomicInteger accepted = new AtomicInteger();
  private final CountDownLatch closed = new CountDownLatch(1);

  private FakeBackend(InetSocketAddress address) {
    this.address = address;
  }

  /** Treats every connection so. */
  public static FakeBackend of(Conversation conversation) throws IOException {
    return of(InetAddress.getLoopbackAddress().getHostAddress(), conversation);
  }

  /** The same at another address of loopback. */
  public static FakeBackend of(String address, Conversation conversation) throws IOException {
    ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getByName(address));
    FakeBackend backend = owner(server, server.getLocalSocketAddress());
    backend.spawn(() -> backend.acceptAll(server, conversation));
    return backend;
  }

  /** Leaves its connections to the test, which gets them by {@link #take}. */
  public static FakeBackend scripted() throws IOException {
    ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getLoopbackAddress());
    FakeBackend backend = owner(server, server.getLocalSocketAddress());
    backend.spawn(() -> backend.queueAll(server));
    return backend;
  }

  /** Returns every byte, then the end. */
  public static FakeBackend echoing() throws IOException {
    return of(client -> client.input().transferTo(client.output()));
  }

  /** Answers every connect with a reset; the port stays its own. */
  public static FakeBackend refusing() throws IOException {
    Socket bound = new Socket();
    bound.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    return owner(bound, bound.getLocalSocketAddress());
  }

  /** Accepts, receives this many bytes, and resets. */
  public static FakeBackend resetting(int afterBytes) throws IOException {
    return of(
        client -> {
          client.input().readNBytes(afterBytes);
          client.reset();
        });
  }

  /** Accepts, and neither reads nor writes. */
  public static FakeBackend stalling() throws IOException {
    CountDownLatch never = new CountDownLatch(1);
    return of(client -> never.await());
  }

  /** Sends this text and the end at once, then receives until the client ends. */
  public static FakeBackend halfClosing(String text) throws IOException {
    return of(
        client -> {
          client.send(text);
          client.endOutput();
          client.input().transferTo(OutputStream.nullOutputStream());
        });
  }

  /** Receives one byte, sends this text, which is not all that was due, and closes. */
  public static FakeBackend truncating(String text) throws IOException {
    return of(
        client -> {
          client.input().read();
          client.send(text);
        });
  }

  /**
   * Neither accepts nor refuses, as a host without power: its queue of new connections is full.
   * Linux holds one more than the backlog says, and drops what comes then.
   */
  public static FakeBackend unreachable() throws IOException {
    ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    FakeBackend backend = owner(server, server.getLocalSocketAddress());
    backend.sockets.push(Peer.connect(backend.address));
    backend.sockets.push(Peer.connect(backend.address));
    return backend;
  }

  private static FakeBackend owner(Closeable socket, SocketAddress address) {
    FakeBackend backend = new FakeBackend((InetSocketAddress) address);
    backend.sockets.push(socket);
    return backend;
  }

  public InetSocketAddress address() {
    return address;
  }

  /** How many connections were accepted. */
  public int accepted() {
    return accepted.get();
  }

  /** The next connection of a {@link #scripted} back-end. */
  public Peer take() throws InterruptedException {
    Peer peer = untaken.poll(ACCEPT_TIMEOUT_SECONDS, TimeUnit.SECONDS);
    if (peer == null) {
      throw new AssertionError("never connected to the back-end");
    }
    return peer;
  }

  private void acceptAll(ServerSocket server, Conversation conversation) throws IOException {
    while (true) {
      Peer peer = accept(server);
      spawn(
          () -> {
            try (peer) {
              peer.bePatient(); // A session lasts as long as its test likes, or until close().
              conversation.hold(peer);
            } finally {
              peers.remove(peer);
            }
          });
    }
  }

  private void queueAll(ServerSocket server) throws IOException {
    while (true) {
      untaken.add(accept(server));
    }
  }

  private Peer accept(ServerSocket server) throws IOException {
    Peer peer = new Peer(server.accept());
    peers.add(peer);
    accepted.incrementAndGet();
    if (closed.getCount() == 0) {
      peer.close();
    }
    return peer;
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void spawn(Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (IOException | InterruptedException e) {
                // the connection's or the back-end's end
              } finally {
                threads.remove(Thread.currentThread());
              }
            },
            "fake-backend-" + address.getPort());
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  /** Returns when all of its sockets are closed and its threads have ended. */
  @Override
  public void close() throws IOException {
    closed.countDown();
    while (!sockets.isEmpty()) {
      sockets.pop().close();
    }
    // The accepting thread may add a last one; whoever accepts later closes it itself.
    while (!threads.isEmpty()) {
      for (Thread thread : threads) {
        for (Peer peer : peers) {
          peer.close();
        }
        thread.interrupt();
        try {
          thread.join();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return;
        }
      }
    }
    for (Peer peer : peers) {
      peer.close();
    }
  }
}
