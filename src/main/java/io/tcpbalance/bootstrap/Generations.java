package io.tcpbalance.bootstrap;

import io.tcpbalance.bootstrap.GenerationInfo.State;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.IntConsumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The generations of one process: one is live, others load, drain or are gone. The process ends
 * with the live one; if that was asked to stop, after those that drain. Any thread may call.
 */
final class Generations {

  /** A generation that throws is a bug; the number is that of BSD's sysexits.h. */
  static final int SOFTWARE = 70;

  /** Of those that are gone. */
  private static final int MOST_REMEMBERED = 20;

  private final String[] arguments;
  private final Set<String> handledSignals = ConcurrentHashMap.newKeySet();
  private final Map<String, AtomicLong> shared = new ConcurrentHashMap<>();
  private final List<Living> living = new ArrayList<>();
  private final List<GenerationInfo> gone = new ArrayList<>();
  private final BlockingQueue<Optional<Living>> toStart = new LinkedBlockingQueue<>();
  private final CompletableFuture<Integer> exit = new CompletableFuture<>();
  private int lastNumber;
  private @Nullable Living live;
  private @Nullable Integer liveEndedWith;

  Generations(String[] arguments) {
    this.arguments = arguments.clone();
  }

  /** Runs the program from these jars, and those that follow it; returns the exit code. */
  int run(List<Path> jars) {
    enterFirst(jars);
    startAll();
    return exit.join();
  }

  private synchronized void enterFirst(List<Path> jars) {
    Living first = enter(jars, Optional.empty(), null);
    first.state = State.LIVE;
    live = first;
    toStart.add(Optional.of(first));
  }

  /**
   * Until the process ends. A thread keeps what was on the stack of the one that started it, and so
   * the class loader of a generation that would start its successor itself.
   */
  private void startAll() {
    CompletionStage<?> unused = exit.thenRun(() -> toStart.add(Optional.empty()));
    try {
      while (startNext(toStart.take())) {}
    } catch (InterruptedException e) {
      throw new IllegalStateException("nobody interrupts the thread of the process", e);
    }
  }

  private synchronized Living enter(
      List<Path> jars, Optional<Code> asked, @Nullable Severable predecessor) {
    Living entered = new Living(++lastNumber, jars, asked, predecessor);
    living.add(entered);
    return entered;
  }

  /** Returns whether there was one. Nothing of it stays in the stack of the process's thread. */
  private boolean startNext(Optional<Living> next) {
    next.ifPresent(this::start);
    return next.isPresent();
  }

  private void start(Living generation) {
    Thread thread = new Thread(() -> live(generation), "generation-" + generation.number);
    if (!mayBegin(generation, thread)) {
      ended(generation, SOFTWARE);
      return;
    }
    try {
      thread.start();
    } catch (OutOfMemoryError e) { // The system gives no more threads.
      generation.failed(e);
      ended(generation, SOFTWARE);
    }
  }

  /** Unless it was given up before. */
  private synchronized boolean mayBegin(Living generation, Thread thread) {
    generation.thread = thread;
    return generation.state != State.FAILED;
  }

  @SuppressWarnings("CatchingUnchecked") // Whatever it is, it is this generation's end.
  private void live(Living self) {
    int code = SOFTWARE;
    try (CodeCopy copy = self.copyCode()) {
      GenerationLoader loader = GenerationLoader.of(copy.jars());
      Thread.currentThread().setContextClassLoader(loader);
      Generation generation =
          ServiceLoader.load(Generation.class, loader)
              .findFirst()
              .orElseThrow(() -> new BadCodeException("there is no TCPBalance in " + self.jars));
      self.isOf(generation.getClass().getPackage());
      code = generation.run(arguments.clone(), self);
    } catch (BadCodeException | IOException | RuntimeException | Error e) {
      self.failed(e);
    } finally {
      Thread.currentThread().setContextClassLoader(null);
      Records.forgetLast();
      ended(self, code);
    }
  }

  private synchronized void ended(Living self, int code) {
    living.remove(self);
    gone.add(self.info());
    if (gone.size() > MOST_REMEMBERED) {
      gone.remove(0);
    }
    living.forEach(other -> other.forget(self));
    if (self == live) {
      live = null;
      liveEndedWith = code;
    }
    // One that was given up may stay for ever.
    boolean allOver = living.stream().allMatch(one -> one.state == State.FAILED);
    if (liveEndedWith != null && (liveEndedWith != 0 || allOver)) {
      exit.complete(liveEndedWith);
    }
    self.result.completeExceptionally(new IllegalStateException(self.reason(code)));
  }

  private synchronized void takesOver(Living successor) {
    if (live != null) {
      live.state = State.DRAINING;
    }
    successor.state = State.LIVE;
    live = successor;
    successor.result.complete(successor.number);
  }

  private synchronized void giveUp(Living predecessor, String reason) {
    living.stream()
        .filter(one -> one.isComing() && one.follows(predecessor))
        .forEach(one -> one.isGivenUp(reason));
  }

  private synchronized boolean isLive(Living generation) {
    return generation == live && living.stream().noneMatch(Living::isComing);
  }

  private synchronized List<Living> living() {
    return List.copyOf(living);
  }

  private synchronized List<GenerationInfo> all() {
    List<GenerationInfo> all = new ArrayList<>(gone);
    living.forEach(generation -> all.add(generation.info()));
    return all;
  }

  /** Not a part of the one that asks, which the handler would hold for ever. */
  private void handle(String signal) {
    if (handledSignals.add(signal)) {
      Signals.on(signal, number -> living().forEach(one -> one.signalled(signal, number)));
    }
  }

  /** Unless it was given up before. */
  private synchronized void isReady(Living successor) {
    if (successor.state == State.LOADING) {
      successor.state = State.READY;
    }
  }

  private CompletionStage<Integer> follow(Living predecessor, Code code, Predecessor self) {
    if (!isLive(predecessor)) {
      return CompletableFuture.failedStage(
          new IllegalStateException("another upgrade is under way"));
    }
    Living[] successor = new Living[1];
    Severable link =
        new Severable(
            predecessor.number, self, () -> isReady(successor[0]), () -> takesOver(successor[0]));
    successor[0] = enter(code.jars(), Optional.of(code), link);
    toStart.add(Optional.of(successor[0]));
    return successor[0].result.copy();
  }

  /** One generation, as long as it lives; nothing of it is kept after that. */
  private final class Living implements Ground {

    private final int number;
    private final List<Path> jars;
    private final Optional<Code> asked;
    private final Instant startedAt = Instant.now();
    private final Map<String, IntConsumer> signalActions = new ConcurrentHashMap<>();
    private final @Nullable Severable predecessor;
    private final CompletableFuture<Integer> result = new CompletableFuture<>();
    private final CompletableFuture<@Nullable Void> predecessorGone = new CompletableFuture<>();
    private @Nullable Thread thread;
    private State state = State.LOADING;
    private volatile List<String> sha256 = List.of();
    private volatile String version = "";
    private volatile IntSupplier clients = () -> 0;
    private @Nullable String failure;

    /**
     * @param asked if it is not the code that the process was started with
     */
    Living(int number, List<Path> jars, Optional<Code> asked, @Nullable Severable predecessor) {
      this.number = number;
      this.jars = List.copyOf(jars);
      this.asked = asked;
      this.predecessor = predecessor;
      if (predecessor == null) {
        predecessorGone.complete(null);
      }
    }

    private boolean follows(Living other) {
      return predecessor != null && predecessor.number() == other.number;
    }

    /** To be called by who holds the lock. */
    private void isGivenUp(String reason) {
      state = State.FAILED;
      signalActions.clear();
      if (predecessor != null) {
        predecessor.refuse(reason);
        predecessor.sever();
      }
      Thread running = thread;
      if (running != null) {
        running.interrupt();
      }
      result.completeExceptionally(new IllegalStateException(reason));
    }

    private CodeCopy copyCode() throws BadCodeException {
      CodeCopy copy = asked.isPresent() ? CodeCopy.of(asked.get()) : CodeCopy.none(jars);
      sha256 = copy.sha256();
      return copy;
    }

    private void isOf(Package program) {
      String told = program.getImplementationVersion();
      version = told == null ? "development" : told;
    }

    private boolean isComing() {
      return state == State.LOADING || state == State.READY;
    }

    private void failed(Throwable cause) {
      if (predecessor == null) {
        cause.printStackTrace();
      }
      failure = cause instanceof BadCodeException told ? told.getMessage() : cause.toString();
    }

    private String reason(int code) {
      String otherwise = failure != null ? failure : "it ended with " + code;
      return predecessor == null ? otherwise : predecessor.reason(otherwise);
    }

    /** To be called by who holds the lock. */
    private GenerationInfo info() {
      boolean alive = living.contains(this);
      boolean failed = state == State.FAILED || (!alive && isComing());
      State shown = failed ? State.FAILED : alive ? state : State.ENDED;
      String reason = shown == State.FAILED ? reason(0) : "";
      int count = alive ? clients.getAsInt() : 0;
      return new GenerationInfo(number, jars, sha256, version, startedAt, shown, count, reason);
    }

    private void forget(Living other) {
      if (predecessor != null && follows(other)) {
        predecessor.sever();
        predecessorGone.complete(null);
      }
    }

    private void signalled(String name, int signalNumber) {
      IntConsumer action = signalActions.get(name);
      if (action != null) {
        action.accept(signalNumber);
      }
    }

    @Override
    public void onSignal(String name, IntConsumer action) {
      signalActions.put(name, action);
      handle(name);
    }

    @Override
    public void countClients(IntSupplier count) {
      clients = count;
    }

    @Override
    public int number() {
      return number;
    }

    @Override
    public Optional<Predecessor> predecessor() {
      return Optional.ofNullable(predecessor);
    }

    @Override
    public CompletionStage<?> predecessorGone() {
      return predecessorGone.copy();
    }

    @Override
    public CompletionStage<Integer> upgrade(Code code, Predecessor self) {
      return follow(this, code, self);
    }

    @Override
    public void giveUp(String reason) {
      Generations.this.giveUp(this, reason);
    }

    @Override
    public AtomicLong shared(String name) {
      return shared.computeIfAbsent(name, first -> new AtomicLong());
    }

    @Override
    public List<GenerationInfo> generations() {
      return all();
    }
  }
}
