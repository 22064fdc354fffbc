package io.tcpbalance;

import io.tcpbalance.bootstrap.Ground;
import io.tcpbalance.cli.ExitCode;
import io.tcpbalance.config.Settings;
import io.tcpbalance.config.SupervisionSettings;
import io.tcpbalance.dns.Resolver;
import io.tcpbalance.health.StatsReader;
import io.tcpbalance.proxy.ProxySurroundings;
import io.tcpbalance.relay.ConnectionLimit;
import io.tcpbalance.relay.JobMemory;
import io.tcpbalance.relay.MemoryBudget;
import io.tcpbalance.relay.Meter;
import io.tcpbalance.relay.RelayLoops;
import io.tcpbalance.state.AuditTrail;
import io.tcpbalance.supervision.Supervision;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.DispatcherSelector;

/** What all proxies share that is no actor: threads, and what they look after. */
final class Machinery implements AutoCloseable {

  /** What is used of the process's limits, which another generation uses too for a while. */
  private static final class Meters {
    final Meter streams;
    final Meter requests;
    final Meter answers;
    final Meter clients;

    Meters(Ground ground) {
      streams = new Meter(ground.shared("bytes of streams"));
      requests = new Meter(ground.shared("bytes of requests"));
      answers = new Meter(ground.shared("bytes of answers"));
      clients = new Meter(ground.shared("clients"));
    }

    void close() {
      streams.close();
      requests.close();
      answers.close();
      clients.close();
    }
  }

  private static final Duration RESOLVE_TIMEOUT = Duration.ofSeconds(5);

  private static final String DEFAULT_DISPATCHER = "pekko.actor.default-dispatcher";

  private final Meters meters;
  private final RelayLoops loops;
  private final Resolver resolver;
  private final StatsReader statsReader;
  private final Watchdog watchdog;
  private final SupervisionSettings supervision;

  /**
   * Starts it.
   *
   * @param loopBroken is told what broke a relay loop, by its thread
   */
  Machinery(
      ActorSystem<?> system, Settings settings, Ground ground, Consumer<Throwable> loopBroken) {
    supervision = settings.supervision();
    meters = new Meters(ground);
    loops = startLoops(system, settings, ground, loopBroken);
    resolver = new Resolver(settings.dnsRefresh(), RESOLVE_TIMEOUT);
    statsReader = new StatsReader(resolver, System::nanoTime);
    watchdog = new Watchdog(settings.watchdog(), watched(system), Machinery::halt);
    watchdog.start();
  }

  private RelayLoops startLoops(
      ActorSystem<?> system, Settings settings, Ground ground, Consumer<Throwable> loopBroken) {
    MemoryLimits memory = MemoryLimits.of(settings, Runtime.getRuntime().maxMemory());
    memory.warnings().forEach(warning -> system.log().warn("{}", warning));
    try {
      return RelayLoops.start(
          settings.relay().loops(),
          new MemoryBudget(memory.streamBytes(), meters.streams),
          new JobMemory(memory.jobBytes(), meters.requests, meters.answers),
          ConnectionLimit.ofProcess(meters.clients, ground.shared("most clients")),
          loopBroken);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All that clients and operators depend on. */
  private Map<String, Executor> watched(ActorSystem<?> system) {
    Map<String, Executor> watched = new LinkedHashMap<>(loops.executors());
    for (String dispatcher : List.of(ProxyChildren.DISPATCHER, DEFAULT_DISPATCHER)) {
      watched.put(
          dispatcher, system.dispatchers().lookup(DispatcherSelector.fromConfig(dispatcher)));
    }
    return watched;
  }

  /** Not exit: that waits for others, and those may be what stands still. */
  private static void halt() {
    Runtime.getRuntime().halt(ExitCode.SOFTWARE.number());
  }

  /** How many clients there are now; any thread may call. */
  int clients() {
    return loops.clients();
  }

  Resolver resolver() {
    return resolver;
  }

  /** For proxies that share nothing with other nodes. */
  ProxySurroundings surroundings(Supervision supervision, AuditTrail audit) {
    return new ProxySurroundings(
        supervision, loops, resolver, statsReader, audit, System::nanoTime, InstantSource.system());
  }

  /** For proxies that serve nobody: neither operators nor records know them. */
  ProxySurroundings apart() {
    return surroundings(new Supervision(supervision, false), AuditTrail.inLogOnly());
  }

  @Override
  public void close() {
    watchdog.close();
    loops.close();
    meters.close();
    statsReader.close();
    resolver.close();
  }
}
