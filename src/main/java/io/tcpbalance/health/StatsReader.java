package io.tcpbalance.health;

import io.tcpbalance.dns.Resolver;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Reads the statistics pages of distccd, for all proxies of a daemon. Any thread may call.
 *
 * <p>distccd serves such a page on one thread, and stops to accept jobs where it is asked for it
 * often. So each address is asked every {@link #AGAIN_AFTER} at most, whoever wants to know:
 * several back-ends or proxies may lead to it, and whoever asks may have been restarted.
 *
 * <p>It answers whoever connects, without being asked for anything, and closes. So nothing is sent:
 * what it does not read would make its close a reset, which could cost us the answer.
 */
public final class StatsReader implements StatsPages, AutoCloseable {

  /** From the beginning of one question to that of the next. */
  static final Duration AGAIN_AFTER = Duration.ofSeconds(30);

  /** From the connect to the end of the page. */
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  /** distccd's is smaller than 2 kB. */
  static final int MAX_BYTES = 64 << 10;

  /** Each takes a descriptor, of those that clients leave over. */
  private static final int MOST_THREADS = 16;

  private static final int MOST_UNDER_WAY = 100_000;

  private static final class Question {
    final CompletableFuture<Answer> answer = new CompletableFuture<>();

    /** Without meaning until it is answered. */
    volatile long begunAtNanos;

    boolean isOver(long nowNanos) {
      return answer.isDone() && nowNanos - begunAtNanos >= AGAIN_AFTER.toNanos();
    }
  }

  private final Resolver resolver;
  private final Duration timeout;
  private final LongSupplier nanoTime;

  /** The latest of each address, the eldest first. Guarded by itself. */
  private final Map<InetSocketAddress, Question> questions = new LinkedHashMap<>();

  private final ThreadPoolExecutor threads;

  /**
   * A reader.
   *
   * @param resolver which stays the caller's
   */
  public StatsReader(Resolver resolver, LongSupplier nanoTime) {
    this(resolver, TIMEOUT, nanoTime);
  }

  StatsReader(Resolver resolver, Duration timeout, LongSupplier nanoTime) {
    this.resolver = resolver;
    this.timeout = timeout;
    this.nanoTime = nanoTime;
    threads =
        new ThreadPoolExecutor(
            MOST_THREADS,
            MOST_THREADS,
            10,
            TimeUnit.SECONDS,
            new LinkedBlockingQueue<>(MOST_UNDER_WAY),
            StatsReader::thread);
    threads.allowCoreThreadTimeOut(true);
  }

  private static Thread thread(Runnable task) {
    Thread thread = new Thread(task, "stats-reader");
    thread.setDaemon(true);
    return thread;
  }

  @Override
  public CompletionStage<Answer> ask(String host, int port) {
    List<InetSocketAddress> known = resolver.known(host, port);
    CompletionStage<List<InetSocketAddress>> addresses =
        known.isEmpty() ? resolver.resolve(host, port) : CompletableFuture.completedStage(known);
    return addresses
        .thenCompose(found -> askInTurn(found.iterator()))
        .exceptionally(failure -> Answer.failed(Resolver.reason(failure)));
  }

  private CompletionStage<Answer> askInTurn(Iterator<InetSocketAddress> addresses) {
    return ask(addresses.next())
        .thenCompose(
            answer ->
                answer.jobs().isEmpty() && addresses.hasNext()
                    ? askInTurn(addresses)
                    : CompletableFuture.completedStage(answer));
  }

  private CompletionStage<Answer> ask(InetSocketAddress address) {
    Question question = new Question();
    synchronized (questions) {
      forgetOld();
      Question before = questions.putIfAbsent(address, question);
      if (before != null) {
        return before.answer.copy();
      }
    }
    try {
      threads.execute(() -> answer(question, address));
    } catch (RejectedExecutionException e) {
      question.begunAtNanos = nanoTime.getAsLong();
      question.answer.complete(Answer.failed("there are too many hosts to ask"));
    }
    return question.answer.copy();
  }

  /** They are answered about in the order in which they were asked. */
  private void forgetOld() {
    long nowNanos = nanoTime.getAsLong();
    Iterator<Question> eldest = questions.values().iterator();
    while (eldest.hasNext() && eldest.next().isOver(nowNanos)) {
      eldest.remove();
    }
  }

  private void answer(Question question, InetSocketAddress address) {
    question.begunAtNanos = nanoTime.getAsLong();
    Answer answer;
    try {
      answer = understood(read(address));
    } catch (SocketTimeoutException e) {
      answer = Answer.failed("it did not answer within " + timeout.toMillis() + " ms");
    } catch (IOException e) {
      answer = Answer.failed(String.valueOf(e.getMessage()));
    }
    question.answer.complete(answer);
  }

  private static Answer understood(String page) {
    if (page.length() > MAX_BYTES) {
      return Answer.failed("its page is longer than " + MAX_BYTES + " bytes");
    }
    OptionalLong jobs = StatsPage.maxKids(page);
    return jobs.isPresent()
        ? Answer.of(jobs.getAsLong())
        : Answer.failed("its page has no line, or several, of dcc_max_kids");
  }

  /** The page with its head, but not much more than may be. */
  private String read(InetSocketAddress address) throws IOException {
    long deadlineNanos = System.nanoTime() + timeout.toNanos();
    ByteArrayOutputStream page = new ByteArrayOutputStream();
    try (Socket socket = new Socket()) {
      socket.connect(address, leftMs(deadlineNanos));
      InputStream in = socket.getInputStream();
      byte[] chunk = new byte[4096];
      for (int n = 0; n >= 0 && page.size() <= MAX_BYTES; ) {
        page.write(chunk, 0, n);
        socket.setSoTimeout(leftMs(deadlineNanos));
        n = in.read(chunk);
      }
    }
    return page.toString(StandardCharsets.ISO_8859_1);
  }

  /** Never 0, which would be without end. */
  private static int leftMs(long deadlineNanos) throws SocketTimeoutException {
    long leftMs = TimeUnit.NANOSECONDS.toMillis(deadlineNanos - System.nanoTime());
    if (leftMs <= 0) {
      throw new SocketTimeoutException();
    }
    return Math.toIntExact(leftMs);
  }

  /** Questions that are under way end by their time-out. */
  @Override
  public void close() {
    threads.shutdownNow();
  }
}
