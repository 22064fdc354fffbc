package io.tcpbalance.dns;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
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
 * <p>A name may have several addresses, which are to be tried in turn.
 *
 * <p>Where a look-up fails, or takes too long, the last answer is used if it is not too old: a farm
 * does not stop with its name server, nor when no descriptor is left to ask it.
 */
public final class Resolver implements AutoCloseable {

  /** How long an answer does that cannot be renewed. */
  private static final Duration KEPT_IN_NEED = Duration.ofHours(1);

  private static final int MOST_THREADS = 32;
  private static final int MOST_UNDER_WAY = 10_000;
  private static final int MOST_KEPT = 100_000;

  /** Of one name; each may cost who tries them in turn a time-out. */
  private static final int MOST_ADDRESSES = 16;

  /** See {@code inet_aton(3)}: what is never a name. */
  private static final Pattern LITERAL = Pattern.compile("[0-9.]+|.*:.*");

  /** An answer of then, which was asked for again, in vain, at the second time. */
  private record Answer(List<InetAddress> addresses, long atNanos, long askedAtNanos) {

    @Nullable Answer stretched(long nowNanos) {
      return nowNanos - atNanos > KEPT_IN_NEED.toNanos()
          ? null
          : new Answer(addresses, atNanos, nowNanos);
    }
  }

  private final Lookup lookup;
  private final Duration refresh;
  private final Duration timeout;
  private final LongSupplier nanoTime;
  private final Map<String, Answer> known = new ConcurrentHashMap<>();
  private final Map<String, CompletableFuture<List<InetAddress>>> underWay =
      new ConcurrentHashMap<>();
  private final ThreadPoolExecutor threads;

  /** The system's way to resolve a name; may block. */
  @FunctionalInterface
  public interface Lookup {
    InetAddress[] byName(String host) throws UnknownHostException;
  }

  /**
   * A resolver.
   *
   * @param refresh how long an answer is kept; zero asks each time
   * @param timeout how long who asks has to wait at most
   */
  public Resolver(Duration refresh, Duration timeout) {
    this(InetAddress::getAllByName, refresh, timeout, System::nanoTime);
  }

  /** One that asks another than the system's, at another clock's time. */
  public Resolver(Lookup lookup, Duration refresh, Duration timeout, LongSupplier nanoTime) {
    this.lookup = lookup;
    this.refresh = refresh;
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

  /** The addresses in the order they are to be tried; none if they are not known yet. */
  public List<InetSocketAddress> known(String host, int port) {
    if (LITERAL.matcher(host).matches()) {
      return literal(host, port);
    }
    Answer answer = known.get(host);
    if (answer == null || nanoTime.getAsLong() - answer.askedAtNanos > refresh.toNanos()) {
      return List.of();
    }
    return withPort(answer.addresses, port);
  }

  private static List<InetSocketAddress> literal(String host, int port) {
    try {
      return List.of(new InetSocketAddress(InetAddress.getByName(host), port));
    } catch (UnknownHostException e) {
      return List.of();
    }
  }

  private static List<InetSocketAddress> withPort(List<InetAddress> addresses, int port) {
    return addresses.stream().map(address -> new InetSocketAddress(address, port)).toList();
  }

  /**
   * Looks it up; answers at least one address. Fails with an {@link UnknownHostException} whose
   * message is for a person.
   */
  public CompletionStage<List<InetSocketAddress>> resolve(String host, int port) {
    CompletableFuture<List<InetAddress>> lookingUp = underWay.computeIfAbsent(host, this::start);
    if (lookingUp.isDone()) {
      underWay.remove(host, lookingUp);
    }
    return lookingUp
        .copy()
        .orTimeout(timeout.toMillis(), TimeUnit.MILLISECONDS)
        .handle(
            (addresses, failure) ->
                withPort(failure == null ? addresses : inNeed(host, failure), port));
  }

  /** The last answer, which is then not asked for again for a while. */
  private List<InetAddress> inNeed(String host, Throwable failure) {
    long now = nanoTime.getAsLong();
    Answer answer = known.computeIfPresent(host, (h, last) -> last.stretched(now));
    if (answer == null) {
      throw new CompletionException(new UnknownHostException(reason(host, failure)));
    }
    return answer.addresses;
  }

  private String reason(String host, Throwable failure) {
    Throwable cause = failure instanceof CompletionException ? failure.getCause() : failure;
    if (cause instanceof UnknownHostException) {
      return "name '" + host + "' does not resolve";
    }
    return "name '" + host + "' was not resolved within " + timeout.toMillis() + " ms";
  }

  private CompletableFuture<List<InetAddress>> start(String host) {
    CompletableFuture<List<InetAddress>> result = new CompletableFuture<>();
    try {
      threads.execute(() -> run(host, result));
    } catch (RejectedExecutionException e) {
      // So many wait for a dead name server that no more may: as good as a time-out.
      result.completeExceptionally(e);
    }
    return result;
  }

  private void run(String host, CompletableFuture<List<InetAddress>> result) {
    try {
      List<InetAddress> addresses =
          Arrays.stream(lookup.byName(host)).limit(MOST_ADDRESSES).toList();
      if (known.size() >= MOST_KEPT) {
        known.clear();
      }
      known.put(host, answerOf(addresses));
      underWay.remove(host);
      result.complete(addresses);
    } catch (UnknownHostException | RuntimeException | Error e) {
      underWay.remove(host);
      result.completeExceptionally(e);
    }
  }

  private Answer answerOf(List<InetAddress> addresses) {
    long now = nanoTime.getAsLong();
    return new Answer(addresses, now, now);
  }

  /** What a failure of {@link #resolve} says to a person. */
  public static String reason(@Nullable Throwable failure) {
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
