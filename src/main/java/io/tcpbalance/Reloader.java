package io.tcpbalance;

import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.config.InvalidSettingsException;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.Problem;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.proxy.ProxySupervisor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.apache.pekko.Done;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.eventstream.EventStream;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.AskPattern;
import org.slf4j.Logger;

/**
 * Puts other configurations into effect, one after the other, and knows what holds. Belongs to the
 * Guardian's thread.
 */
final class Reloader {

  /** What the Guardian hands back to it. */
  sealed interface Step extends Guardian.Command {}

  private record Loaded(LoadedSettings loaded) implements Step {}

  private record NotLoaded(List<String> problems) implements Step {}

  private record AddressesFree(Reload reload, LoadedSettings loaded) implements Step {}

  private record Reloaded(Reload reload, LoadedSettings loaded, Reload.Outcome outcome)
      implements Step {}

  private record NotBegun(String proxy) implements Step {}

  private static final Duration LEAVE_TIMEOUT = Duration.ofSeconds(5);

  private final ActorContext<Guardian.Command> context;
  private final ConfigurationSource source;
  private final ProxyChildren proxies;
  private final Consumer<ActorRef<ProxySupervisor.Command>> drain;
  private final Supplier<Optional<String>> obstacle;

  /** What holds; what the actor system was started with. */
  private LoadedSettings running;

  /** The first one is under way. */
  private final Queue<Guardian.ReloadConfiguration> reloads = new ArrayDeque<>();

  /**
   * @param started what holds at first
   * @param drain has a proxy end when its sessions have
   * @param obstacle why nothing can be changed now, if so
   */
  Reloader(
      ActorContext<Guardian.Command> context,
      LoadedSettings started,
      ConfigurationSource source,
      ProxyChildren proxies,
      Consumer<ActorRef<ProxySupervisor.Command>> drain,
      Supplier<Optional<String>> obstacle) {
    this.context = context;
    this.source = source;
    this.proxies = proxies;
    this.drain = drain;
    this.obstacle = obstacle;
    running = started;
  }

  /** What holds. */
  LoadedSettings running() {
    return running;
  }

  boolean isIdle() {
    return reloads.isEmpty();
  }

  void begin(Guardian.ReloadConfiguration m) {
    Optional<String> why = obstacle.get();
    if (why.isPresent()) {
      m.replyTo().tell(ReloadReport.rejected(List.of(why.get())));
      return;
    }
    reloads.add(m);
    if (reloads.size() == 1) {
      load();
    }
  }

  private void load() {
    Executor blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    context.pipeToSelf(
        CompletableFuture.supplyAsync(this::loaded, blocking),
        (loaded, failure) ->
            loaded != null ? loaded : new NotLoaded(List.of(String.valueOf(failure))));
  }

  private Step loaded() {
    try {
      return new Loaded(source.load());
    } catch (InvalidSettingsException e) {
      return new NotLoaded(e.problems().stream().map(Problem::toString).toList());
    }
  }

  /** Goes on where it has waited. */
  void goOn(Step step) {
    if (step instanceof Loaded m) {
      freeAddresses(m);
    } else if (step instanceof NotLoaded m) {
      answer(ReloadReport.rejected(m.problems()));
    } else if (step instanceof AddressesFree m) {
      change(m);
    } else if (step instanceof Reloaded m) {
      finish(m);
    } else if (step instanceof NotBegun m) {
      proxies.dismiss(m.proxy());
    }
  }

  /** Those that end leave their addresses first: others may want them. */
  private void freeAddresses(Loaded m) {
    ReloadPlan plan = ReloadPlan.of(running, m.loaded());
    CompletionStage<Done> addressesFree = CompletableFuture.completedStage(Done.getInstance());
    for (String name : plan.removed()) {
      CompletionStage<Done> left = proxies.dismiss(name).map(this::leave).orElse(addressesFree);
      addressesFree = addressesFree.thenCombine(left, (before, now) -> now);
    }
    Reload reload = new Reload(plan);
    context.pipeToSelf(addressesFree, (done, failure) -> new AddressesFree(reload, m.loaded()));
  }

  private CompletionStage<Done> leave(ActorRef<ProxySupervisor.Command> proxy) {
    CompletionStage<Done> left =
        AskPattern.ask(
            proxy,
            ProxySupervisor.StopListening::new,
            LEAVE_TIMEOUT,
            context.getSystem().scheduler());
    drain.accept(proxy);
    return left;
  }

  private void change(AddressesFree m) {
    Reload reload = m.reload();
    Optional<String> why = obstacle.get();
    if (why.isPresent()) {
      answer(ReloadReport.rejected(List.of(why.get())));
      return;
    }
    Map<String, ActorRef<ProxySupervisor.Command>> there = proxies.serving();
    for (ProxySettings proxy : reload.plan().changed()) {
      ActorRef<ProxySupervisor.Command> actor = there.get(proxy.name());
      if (actor != null) {
        reload.change(proxy, actor, context.getSystem().scheduler());
      }
    }
    for (ProxySettings proxy : reload.plan().added()) {
      proxies.start(proxy, reload.birth(proxy, birthOfAdded()));
    }
    proxies.order(reload.plan().wanted().proxies());
    context.pipeToSelf(
        reload.outcome(),
        (outcome, failure) ->
            outcome != null
                ? new Reloaded(reload, m.loaded(), outcome)
                : new NotLoaded(List.of(String.valueOf(failure))));
  }

  /** One that cannot listen ends, and nothing else does. */
  private ProxySupervisor.Birth birthOfAdded() {
    ActorRef<Guardian.Command> self = context.getSelf();
    return new ProxySupervisor.Birth() {
      @Override
      public void listening(ProxySettings proxy, InetSocketAddress address) {
        self.tell(new Guardian.Listening(proxy, address));
      }

      @Override
      public void notListening(ProxySettings proxy, String reason) {
        self.tell(new NotBegun(proxy.name()));
      }
    };
  }

  private void finish(Reloaded m) {
    ReloadPlan plan = m.reload().plan();
    Set<String> failed = m.outcome().failed();
    running = new LoadedSettings(plan.after(failed), running.warnings(), running.pekko());
    plan.changed().stream().filter(p -> !failed.contains(p.name())).forEach(proxies::record);
    answer(m.reload().report(m.loaded(), m.outcome()));
  }

  private void answer(ReloadReport report) {
    Guardian.ReloadConfiguration asked = reloads.remove();
    log(asked.askedBy(), report);
    asked.replyTo().tell(report);
    context.getSystem().eventStream().tell(new EventStream.Publish<>(report));
    if (!reloads.isEmpty()) {
      load();
    }
  }

  private void log(String askedBy, ReloadReport report) {
    Logger log = context.getLog();
    if (!report.problems().isEmpty()) {
      log.error("the configuration is not reloaded, nothing is changed (asked by {}):", askedBy);
      report.problems().forEach(problem -> log.error("{}", problem));
      return;
    }
    log.info(
        "the configuration is reloaded (asked by {}): {} changes",
        askedBy,
        report.changed().size());
    report.changed().forEach(words -> log.info("{}", words));
    report.needsRestart().forEach(key -> log.warn("needs a restart: {}", key));
    report.warnings().forEach(warning -> log.warn("{}", warning));
    report.failed().forEach(words -> log.error("{}", words));
  }
}
