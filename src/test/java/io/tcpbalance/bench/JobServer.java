package io.tcpbalance.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A back-end that takes a job per connection: it checks every byte of the request, lets the service
 * time pass, answers and closes. The last job is counted before its connection closes, so whoever
 * has seen an answer end finds it counted.
 *
 * <p>One thread serves all connections; the counters may be read, and {@link #close} be called, by
 * any thread.
 */
public final class JobServer implements AutoCloseable {

  /** Hears of connections as they are counted, in order, on the server's thread. */
  public interface Watcher {
    void begins(long connection);

    void ends(long connection);
  }

  /** Does not care. */
  private enum Nobody implements Watcher {
    INSTANCE;

    @Override
    public void begins(long connection) {}

    @Override
    public void ends(long connection) {}
  }

  private static final int BACKLOG = 4096;
  private static final int MOST_ACCEPTS_AT_ONCE = 64;

  private final Selector selector;
  private final ServerSocketChannel listener;
  private final Watcher watcher;
  private final int port;
  private final Thread thread;

  private final JobPattern requests = JobPattern.ofRequests();
  private final JobPattern answers = JobPattern.ofAnswers();
  private final ByteBuffer scratch = ByteBuffer.allocateDirect(JobPattern.MAX_RUN_BYTES);
  private final PriorityQueue<JobConnection> serving =
      new PriorityQueue<>((a, b) -> Long.signum(a.dueNs() - b.dueNs()));

  private final AtomicLong jobs = new AtomicLong();
  private final AtomicLong corrupt = new AtomicLong();
  private final AtomicLong aborted = new AtomicLong();
  private final AtomicInteger active = new AtomicInteger();
  private final AtomicInteger maxConcurrent = new AtomicInteger();

  private long connections;
  private boolean acceptReady;
  private volatile boolean closed;

  private JobServer(Selector selector, ServerSocketChannel listener, Watcher watcher)
      throws IOException {
    this.selector = selector;
    this.listener = listener;
    this.watcher = watcher;
    port = ((InetSocketAddress) listener.getLocalAddress()).getPort();
    thread = new Thread(this::serve, "job-server-" + port);
    thread.setDaemon(true);
  }

  /** Listens on loopback; port 0 lets the system choose. */
  public static JobServer start(int port) throws IOException {
    return start(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), Nobody.INSTANCE);
  }

  /** One that somebody watches. */
  public static JobServer start(InetSocketAddress address, Watcher watcher) throws IOException {
    ServerSocketChannel listener = ServerSocketChannel.open();
    try {
      listener.bind(address, BACKLOG);
      listener.configureBlocking(false);
      Selector selector = Selector.open();
      listener.register(selector, SelectionKey.OP_ACCEPT);
      JobServer server = new JobServer(selector, listener, watcher);
      server.thread.start();
      return server;
    } catch (IOException | RuntimeException e) {
      listener.close();
      throw e;
    }
  }

  public static void main(String[] args) throws Exception {
    if (args.length != 1) {
      System.err.println("usage: JobServer PORT");
      System.exit(64);
    }
    JobServer server = start(Integer.parseInt(args[0]));
    System.out.println("job server on port " + server.port());
    server.thread.join();
  }

  public int port() {
    return port;
  }

  /** Whole requests that got their whole answer. */
  public long jobs() {
    return jobs.get();
  }

  /** Requests that were not what a client of ours sends; they get no answer. */
  public long corrupt() {
    return corrupt.get();
  }

  /** Connections that the peer ended before the answer was out, bare probes among them. */
  public long aborted() {
    return aborted.get();
  }

  /** Connections between accept and close, now. */
  public int active() {
    return active.get();
  }

  /**
   * The most connections there ever were between accept and close. A connection counts only after
   * every end that reached us before it has been seen, so a proxy that gives a slot on properly
   * never reads one too many here.
   */
  public int maxConcurrent() {
    return maxConcurrent.get();
  }

  /** Drops all connections; returns when the port is free. */
  @Override
  public void close() throws IOException {
    closed = true;
    selector.wakeup();
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

  private void serve() {
    try (selector;
        listener) {
      while (!closed) {
        selector.select(this::serveConnection, millisToNextDue());
        answerDue();
        if (acceptReady) {
          acceptReady = false;
          acceptNew();
        }
      }
      selector.keys().forEach(JobServer::drop);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void drop(SelectionKey key) {
    if (key.attachment() instanceof JobConnection connection) {
      connection.close();
    }
  }

  private void acceptNew() throws IOException {
    for (int i = 0; i < MOST_ACCEPTS_AT_ONCE; i++) {
      SocketChannel channel = listener.accept();
      if (channel == null) {
        return;
      }
      if (active.get() >= maxConcurrent.get()) {
        // Before this is called a new maximum: ends that arrived before it did are there by now.
        selector.selectNow(this::serveConnection);
      }
      channel.configureBlocking(false);
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      SelectionKey key = channel.register(selector, SelectionKey.OP_READ);
      connections++;
      key.attach(new JobConnection(channel, key, connections));
      watcher.begins(connections);
      maxConcurrent.accumulateAndGet(active.incrementAndGet(), Math::max);
    }
  }

  private void serveConnection(SelectionKey key) {
    if (!(key.attachment() instanceof JobConnection connection)) {
      acceptReady = true;
      return;
    }
    try {
      JobConnection.Outcome outcome = JobConnection.Outcome.PENDING;
      if (key.isReadable()) {
        outcome = connection.read(scratch, requests);
      }
      if (outcome == JobConnection.Outcome.PENDING && key.isWritable()) {
        outcome = connection.answer(answers);
      }
      follow(connection, outcome);
    } catch (IOException e) {
      follow(connection, JobConnection.Outcome.ABORTED);
    }
  }

  private void follow(JobConnection connection, JobConnection.Outcome outcome) {
    switch (outcome) {
      case PENDING -> {}
      case SERVING -> {
        if (connection.dueNs() <= System.nanoTime()) {
          answer(connection);
        } else {
          serving.add(connection);
        }
      }
      case DONE -> end(connection, jobs);
      case ABORTED -> end(connection, aborted);
      case CORRUPT -> end(connection, corrupt);
    }
  }

  private void answer(JobConnection connection) {
    try {
      follow(connection, connection.answer(answers));
    } catch (IOException e) {
      follow(connection, JobConnection.Outcome.ABORTED);
    }
  }

  private void end(JobConnection connection, AtomicLong counter) {
    counter.incrementAndGet();
    watcher.ends(connection.number());
    active.decrementAndGet();
    connection.close();
  }

  private void answerDue() {
    long nowNs = System.nanoTime();
    for (JobConnection next = serving.peek();
        next != null && next.dueNs() - nowNs <= 0;
        next = serving.peek()) {
      serving.remove();
      if (next.isOpen()) {
        answer(next);
      }
    }
  }

  /** Rounded up: a selector knows no shorter time. 0, for a selector, is for ever. */
  private long millisToNextDue() {
    JobConnection next = serving.peek();
    return next == null ? 0 : Math.max(1, (next.dueNs() - System.nanoTime() + 999_999) / 1_000_000);
  }
}
