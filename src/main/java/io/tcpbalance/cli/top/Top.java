package io.tcpbalance.cli.top;

import java.io.IOException;
import java.time.Duration;
import java.time.LocalTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import org.jline.terminal.Size;
import org.jspecify.annotations.Nullable;

/**
 * Keeps a picture of a proxy up to date until its user has seen enough.
 *
 * <p>Keys, signals and answers come on threads of their own, as things to do; all of them are done
 * on the thread that calls {@link #run}.
 */
public final class Top {

  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
  private static final int SIGNAL_EXIT_CODE = 128;
  private static final List<String> ENDING = List.of("INT", "TERM", "HUP");

  /** An answer that takes longer is told of, and how long it takes is shown as often. */
  private static final long LATE_NS = TimeUnit.SECONDS.toNanos(3);

  private final Reading.Source source;
  private final Duration interval;
  private final BiConsumer<String, IntConsumer> signals;
  private final BlockingQueue<Runnable> toDo = new LinkedBlockingQueue<>();
  private final BlockingQueue<Optional<String>> toAsk = new LinkedBlockingQueue<>();
  private final Rate rate = new Rate();

  private Reading shown;
  private OptionalDouble jobsPerSecond = OptionalDouble.empty();
  private Optional<String> trouble = Optional.empty();
  private @Nullable String wanted;
  private int first;
  private String shownAt = clock();
  private boolean asking;
  private long askedNs;
  private OptionalInt exitCode = OptionalInt.empty();

  /**
   * A view, of nothing but the first reading until it runs.
   *
   * @param source may block
   * @param first with a farm
   * @param interval between two looks, an hour at most
   * @param signals has an action run, with the signal's number, when that signal comes
   */
  public Top(
      Reading.Source source,
      Reading first,
      Duration interval,
      BiConsumer<String, IntConsumer> signals) {
    this.source = source;
    this.interval = interval;
    this.signals = signals;
    shown = first;
    rate.next(first.farm().orElseThrow().finished(), first.atNs());
  }

  /** One picture as text, all of it. */
  public static List<String> once(Reading reading, int width) {
    return new Frame(
            reading.farm().orElseThrow(),
            reading.node(),
            place(reading),
            reading.proxies().size(),
            OptionalDouble.empty(),
            clock(),
            Optional.empty())
        .text(width);
  }

  /**
   * Shows it until the user ends it, or a signal.
   *
   * @return the exit code; empty if there is no terminal that could show it
   */
  public OptionalInt run() throws IOException {
    Optional<Screen> opened = Screen.open();
    if (opened.isEmpty()) {
      return OptionalInt.empty();
    }
    try (Screen screen = opened.get()) {
      screen.onResize(() -> toDo.add(screen::clear));
      for (String signal : ENDING) {
        signals.accept(signal, number -> toDo.add(() -> end(SIGNAL_EXIT_CODE + number)));
      }
      start("top-keys", () -> readKeys(screen));
      start("top-source", this::answerQuestions);
      loop(screen);
      return exitCode;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return OptionalInt.of(SIGNAL_EXIT_CODE);
    }
  }

  private void loop(Screen screen) throws InterruptedException {
    long lookedNs = System.nanoTime();
    while (exitCode.isEmpty()) {
      Size size = screen.size();
      first = Math.max(0, Math.min(first, hosts() - Frame.hostsIn(size.getRows())));
      screen.show(frame().lines(size.getColumns(), size.getRows(), first), size);
      long leftNs = interval.toNanos() - (System.nanoTime() - lookedNs);
      Runnable next = toDo.poll(Math.min(leftNs, LATE_NS), TimeUnit.NANOSECONDS);
      if (next != null) {
        next.run();
      } else if (leftNs <= LATE_NS) {
        lookedNs = System.nanoTime();
        ask();
      }
    }
  }

  /** What it fails of, the view fails of: no thread may be missed silently. */
  private void start(String name, Runnable work) {
    Thread thread = new Thread(work, name);
    thread.setDaemon(true);
    thread.setUncaughtExceptionHandler(
        (failed, cause) ->
            toDo.add(
                () -> {
                  throw new IllegalStateException(failed.getName() + " failed: " + cause, cause);
                }));
    thread.start();
  }

  private void readKeys(Screen screen) {
    Key key;
    do {
      Key read = screen.readKey();
      toDo.add(() -> press(read, Frame.hostsIn(screen.size().getRows())));
      key = read;
    } while (key != Key.QUIT);
  }

  private void answerQuestions() {
    try {
      while (true) {
        Reading reading = source.read(toAsk.take());
        toDo.add(() -> take(reading));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void ask() {
    if (!asking) {
      asking = true;
      askedNs = System.nanoTime();
      toAsk.add(Optional.ofNullable(wanted).or(() -> shown.farm().map(Farm::name)));
    }
  }

  private void take(Reading reading) {
    asking = false;
    trouble = reading.trouble();
    if (reading.farm().isEmpty()) {
      return;
    }
    Farm farm = reading.farm().get();
    if (!shown.farm().map(Farm::name).equals(Optional.of(farm.name()))) {
      rate.reset();
      first = 0;
    }
    jobsPerSecond = rate.next(farm.finished(), reading.atNs());
    shown = reading;
    shownAt = clock();
    if (wanted != null && !wanted.equals(farm.name())) {
      ask();
    }
  }

  private void press(Key key, int page) {
    switch (key) {
      case QUIT -> end(0);
      case LINE_UP -> first--;
      case LINE_DOWN -> first++;
      case PAGE_UP -> first -= page;
      case PAGE_DOWN -> first += page;
      case TOP -> first = 0;
      case BOTTOM -> first = Integer.MAX_VALUE;
      case NEXT_PROXY -> step(1);
      case PREVIOUS_PROXY -> step(-1);
      case REFRESH -> ask();
      case NOTHING -> {}
    }
  }

  private void step(int by) {
    List<String> names = shown.proxies();
    int now = names.indexOf(wanted == null ? shown.farm().orElseThrow().name() : wanted);
    wanted = names.get(Math.floorMod(now + by, names.size()));
    ask();
  }

  private void end(int code) {
    if (exitCode.isEmpty()) {
      exitCode = OptionalInt.of(code);
    }
  }

  private int hosts() {
    return shown.farm().orElseThrow().hosts().size();
  }

  private Frame frame() {
    return new Frame(
        shown.farm().orElseThrow(),
        shown.node(),
        place(shown),
        shown.proxies().size(),
        jobsPerSecond,
        shownAt,
        late().or(() -> trouble));
  }

  private Optional<String> late() {
    long tookNs = System.nanoTime() - askedNs;
    return asking && tookNs > LATE_NS
        ? Optional.of("no answer for " + TimeUnit.NANOSECONDS.toSeconds(tookNs) + " s")
        : Optional.empty();
  }

  private static int place(Reading reading) {
    return 1 + reading.proxies().indexOf(reading.farm().orElseThrow().name());
  }

  private static String clock() {
    return CLOCK.format(LocalTime.now(ZoneId.systemDefault()));
  }
}
