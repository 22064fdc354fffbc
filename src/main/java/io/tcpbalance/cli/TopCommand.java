package io.tcpbalance.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.cli.top.Reading;
import io.tcpbalance.cli.top.Top;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.Callable;
import java.util.function.BiConsumer;
import java.util.function.IntConsumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Shows a proxy's hosts and slots, again and again. */
@Command(
    name = "top",
    description = {
      "Shows a proxy's hosts and what each slot works on, live, in the whole window.",
      "Slots: # works, + connects, . is idle, - is shut.",
      "Keys: q quits; arrows, PageUp, PageDown, Home and End scroll; n and p show the next and the "
          + "previous proxy; space refreshes."
    },
    footer = {
      "",
      "Examples:",
      "  tcpbalance top",
      "  tcpbalance top --proxy distcc --interval 5s",
      "  tcpbalance top --once     one picture, as text"
    })
final class TopCommand implements Callable<Integer> {

  private static final Duration SHORTEST_INTERVAL = Duration.ofMillis(100);
  private static final Duration LONGEST_INTERVAL = Duration.ofHours(1);
  private static final int USUAL_WIDTH = 100;

  private final BiConsumer<String, IntConsumer> signals;

  @Mixin private ProxyOptions target = new ProxyOptions();

  @Option(
      names = "--interval",
      paramLabel = "TIME",
      description = "From one look to the next, 100ms to 1h. Default: 1s.")
  private Duration interval = Duration.ofSeconds(1);

  @Option(names = "--once", description = "Print one picture and end.")
  private boolean once;

  @Option(
      names = "--width",
      paramLabel = "COLUMNS",
      description = "Of a picture that is printed, 40 to 1000. Default: 100.")
  private int width = USUAL_WIDTH;

  TopCommand(BiConsumer<String, IntConsumer> signals) {
    this.signals = signals;
  }

  @Override
  public Integer call() throws Failure, IOException {
    if (interval.compareTo(SHORTEST_INTERVAL) < 0 || interval.compareTo(LONGEST_INTERVAL) > 0) {
      throw target.misuse("--interval must be from 100ms to 1h");
    }
    if (width < 40 || width > 1000) {
      throw target.misuse("--width must be from 40 to 1000");
    }
    Daemon daemon = target.daemon(ConnectionOptions.ANSWER_TIMEOUT);
    Reading first = read(daemon, target.proxy());
    if (!once) {
      Top top = new Top(proxy -> tried(daemon, proxy), first, interval, signals);
      OptionalInt exitCode = top.run();
      if (exitCode.isPresent()) {
        return exitCode.getAsInt();
      }
      target.err().println("tcpbalance: this is no terminal; here is one picture");
    }
    Top.once(first, width).forEach(target.out()::println);
    return ExitCode.DONE.number();
  }

  /** A daemon that does not answer for a while may be restarting: the view stays. */
  private Reading tried(Daemon daemon, Optional<String> proxy) {
    try {
      return read(daemon, proxy);
    } catch (Failure e) {
      return Reading.failed(String.valueOf(e.getMessage()));
    }
  }

  private Reading read(Daemon daemon, Optional<String> wanted) throws Failure {
    List<JsonNode> all = new ArrayList<>();
    daemon.get(Daemon.PROXIES).body().forEach(all::add);
    if (all.isEmpty()) {
      throw new Failure(ExitCode.NOT_DONE, "the daemon has no proxy; configure one");
    }
    JsonNode proxy = wanted.isPresent() ? ProxyOptions.named(wanted.get(), all) : all.get(0);
    String sessions = Daemon.path(proxy.path("name").asText(), "sessions") + "?limit=10000";
    return Reading.of(target.node(), proxy, daemon.get(sessions).body(), Names.of(all));
  }
}
