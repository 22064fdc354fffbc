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
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Finds the addresses of back-ends without ever blocking who asks: the system's resolver runs on
 * threads of its own, one per name at most, and its answer is kept for a while. Any thread may
 * call.
 *
 * <p>A name server that does not answer can hold a thread for minutes. So who asks is answered by
 * {@code timeout} at the latest, nobody starts a second look-up of the same name meanwhile, and the
 * number of threads is bounded; further names wait for one. Literal addresses need none.
 *
 * <p>Where a look-up fails, or takes too long, the last answer is used if it is not too old: a farm
 * does not stop with its name server, nor when no descriptor is left to ask it.
 */
public final class Resolver implements AutoCloseable {

  /** As long as the JDK itself keeps a positive answer by default. */
  private static final Duration KEPT = Duration.ofSeconds(30);

  /** How long an answer does that cannot be renewed. */
  private static final Duration KEPT_IN_NEED = Duration.ofHours(1);

  private static final int MOST_THREADS = 32;
  private static final int MOST_UNDER_WAY = 10_000;
  private static final int MOST_KEPT = 100_000;

  /** See {@code inet_aton(3)}: what is never a name. */
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

  /** An answer of then, which was asked for again, in vain, at the second time. */
  private record Answer(InetAddress address, long atNanos, long askedAtNanos) {

    @Nullable Answer stretched(long nowNanos) {
      return nowNanos - atNanos > KEPT_IN_NEED.toNanos()
          ? null
          : new Answer(address, atNanos, nowNanos);
    }
  }

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
            MOST_THREADS,
            MOST_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_UNDER_WAY),
            Resolver::thread);
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "resolver");
    thread.setDaemon(true);
    return thread;
  }

  /** The address, if it is known already. */
  public Optional<InetSocketAddress> known(String host, int port) {
    if (LITERAL.matcher(host).matches()) {
      return literal(host, port);
    }
    Answer answer = known.get(host);
    if (answer == null || nanoTime.getAsLong() - answer.askedAtNanos > KEPT.toNanos()) {
      return Optional.empty();
    }
    return Optional.of(new InetSocketAddress(answer.address, port));
  }

  private static Optional<InetSocketAddress> literal(String host, int port) {
    try {
      return Optional.of(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
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
            (address, failure) ->
                new InetSocketAddress(failure == null ? address : inNeed(host, failure), port));
  }

  /** The last answer, which is then not asked for again for a while. */
  private InetAddress inNeed(String host, Throwable failure) {
    long now = nanoTime.getAsLong();
    Answer answer = known.computeIfPresent(host, (h, last) -> last.stretched(now));
    if (answer == null) {
      throw new CompletionException(new UnknownHostException(reason(host, failure)));
    }
    return answer.address;
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
      // So many wait for a dead name server that no more may: as good as a time-out.
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
      known.put(host, answerOf(address));
      underWay.remove(host);
      result.complete(address);
    } catch (UnknownHostException | RuntimeException | Error e) {
      underWay.remove(host);
      result.completeExceptionally(e);
    }
  }

  private Answer answerOf(InetAddress address) {
    long now = nanoTime.getAsLong();
    return new Answer(address, now, now);
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
