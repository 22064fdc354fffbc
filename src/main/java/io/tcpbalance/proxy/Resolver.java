package io.tcpbalance.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of back-ends without ever blocking who asks: the system's resolver runs on
 * threads of its own, one per name at most, and its answer is kept for a while. Any thread may
 * call.
 *
 * <p>A name server that does not answer can hold a thread for minutes. So who asks is answered by
 * {@code timeout} at the latest, nobody starts a second look-up of the same name meanwhile, and the
 * number of threads is bounded.
 */
public final class Resolver implements AutoCloseable {

  /** As long as the JDK itself keeps a positive answer by default. */
  private static final Duration KEPT = Duration.ofSeconds(30);

  private static final int MOST_THREADS = 32;
  private static final int MOST_KEPT = 100_000;

  private record Answer(InetAddress address, long atNanos) {}

  private final Lookup lookup;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final Map<String, Answer> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<InetAddress>> underWay = new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads;

  /** The system's way to resolve a name; may block. */
  @FunctionalInterface
  interface Lookup {
    InetAddress byName(String host) throws UnknownHostException;
  }

  public Resolver(Duration timeout) {
    this(InetAddress::getByName, timeout, System::nanoTime);
  }

  Resolver(Lookup lookup, Duration timeout, LongSupplier nanoTime) {
    this.lookup = lookup;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    threads =
        new ThreadPoolExecutor(
            0, MOST_THREADS, 10, TimeUnit.SECONDS, new SynchronousQueue<>(), Resolver::thread);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "resolver");
    thread.setDaemon(true);
    return thread;
  }

  /** The address, if it is known already. */
  public Optional<InetSocketAddress> known(String host, int port) {
    Answer answer = known.get(host);
    if (answer == null || nanoTime.getAsLong() - answer.atNanos > KEPT.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(new InetSocketAddress(answer.address, port));
  }

  /** Looks it up. Fails with an {@link UnknownHostException} whose message is for a person. */
  public CompletionStage<InetSocketAddress> resolve(String host, int port) {
    CompletableFuture<InetAddress> lookingUp = underWay.computeIfAbsent(host, this::start);
    if (lookingUp.isDone()) {
      underWay.remove(host, lookingUp);
    }
    return lookingUp
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (address, failure) -> {
              if (failure == null) {
                return new InetSocketAddress(address, port);
              }
              throw new CompletionException(new UnknownHostException(reason(host, failure)));
            });
  }

  private String reason(String host, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof UnknownHostException) {
      return "name '" + host + "' does not resolve";
    }
    return "name '" + host + "' was not resolved within " + timeout.toMillis() + " ms";
  }

  private CompletableFuture<InetAddress> start(String host) {
    CompletableFuture<InetAddress> result = new CompletableFuture<>();
    try {
      threads.execute(() -> run(host, result));
    } catch (RejectedExecutionException e) {
      // Every thread waits for a dead name server: as good as a time-out.
      result.completeExceptionally(e);
    }
    return result;
  }

  private void run(String host, CompletableFuture<InetAddress> result) {
    try {
      InetAddress address = lookup.byName(host);
      if (known.size() >= MOST_KEPT) {
        known.clear();
      }
      known.put(host, new Answer(address, nanoTime.getAsLong()));
      underWay.remove(host);
      result.complete(address);
    } catch (UnknownHostException | RuntimeException e) {
      underWay.remove(host);
      result.completeExceptionally(e);
    }
  }

  /** What a failure of {@link #resolve} says to a person. */
  static String reason(@Nullable Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    String message = cause == null ? null : cause.getMessage();
    return message == null ? "name does not resolve" : message;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
