package io.tcpbalance;

import io.tcpbalance.admin.ReloadReport;
import io.tcpbalance.config.LoadedSettings;
import io.tcpbalance.config.ProxySettings;
import io.tcpbalance.proxy.ProxySupervisor;
import io.tcpbalance.proxy.ProxySupervisor.Reconfigured;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.apache.pekko.actor.typed.javadsl.AskPattern;

/** Puts a plan into effect, and gathers what each proxy says to it. */
final class Reload {

  /** What came of each proxy, by name. */
  record Outcome(Map<String, Reconfigured> proxies) {

    Set<String> failed() {
      return proxies.entrySet().stream()
          .filter(e -> e.getValue().failure().isPresent())
          .map(Map.Entry::getKey)
          .collect(Collectors.toUnmodifiableSet());
    }
  }

  private static final Duration ANSWER_TIMEOUT = Duration.ofSeconds(8);

  private static final Reconfigured DONE = new Reconfigured(List.of(), List.of(), Optional.empty());

  private final ReloadPlan plan;
  private final Map<String, CompletionStage<Reconfigured>> answers = new LinkedHashMap<>();

  Reload(ReloadPlan plan) {
    this.plan = plan;
  }

  /** Tells one that is there its new settings. */
  void change(ProxySettings proxy, ActorRef<ProxySupervisor.Command> actor, Scheduler scheduler) {
    CompletionStage<Reconfigured> answer =
        AskPattern.<ProxySupervisor.Command, Reconfigured>ask(
            actor,
            replyTo -> new ProxySupervisor.Reconfigure(proxy, replyTo),
            ANSWER_TIMEOUT,
            scheduler);
    answers.put(
        proxy.name(),
        answer.exceptionally(
            failure -> Reconfigured.failed("it does not answer, it may be restarting")));
  }

  /** The birth of one that is added, told on to another. */
  ProxySupervisor.Birth birth(ProxySettings added, ProxySupervisor.Birth told) {
    CompletableFuture<Reconfigured> answer = new CompletableFuture<>();
    answers.put(
        added.name(),
        answer.completeOnTimeout(
            Reconfigured.failed("it has not begun to listen"),
            ANSWER_TIMEOUT.toMillis(),
            TimeUnit.MILLISECONDS));
    return new ProxySupervisor.Birth() {
      @Override
      public void listening(ProxySettings proxy, InetSocketAddress address) {
        told.listening(proxy, address);
        answer.complete(DONE);
      }

      @Override
      public void notListening(ProxySettings proxy, String reason) {
        told.notListening(proxy, reason);
        String address = proxy.listen().host() + ":" + proxy.listen().port();
        answer.complete(Reconfigured.failed("it cannot listen on " + address + ": " + reason));
      }
    };
  }

  /** Completes when all have answered. */
  CompletionStage<Outcome> outcome() {
    CompletionStage<Map<String, Reconfigured>> all =
        CompletableFuture.completedStage(new LinkedHashMap<>());
    for (Map.Entry<String, CompletionStage<Reconfigured>> entry : answers.entrySet()) {
      all =
          all.thenCombine(
              entry.getValue(),
              (map, answer) -> {
                map.put(entry.getKey(), answer);
                return map;
              });
    }
    return all.thenApply(Outcome::new);
  }

  ReloadPlan plan() {
    return plan;
  }

  /** What came of it. */
  ReloadReport report(LoadedSettings loaded, Outcome outcome) {
    List<String> changed = new ArrayList<>();
    List<String> warnings = new ArrayList<>(loaded.warnings());
    List<String> failed = new ArrayList<>();
    if (!plan.running().shutdownGrace().equals(plan.wanted().shutdownGrace())) {
      changed.add("shutdown.grace " + plan.wanted().shutdownGrace().toMillis() + " ms");
    }
    plan.removed().forEach(name -> changed.add(of(name) + "removed, its sessions may finish"));
    plan.added().stream()
        .filter(proxy -> !outcome.failed().contains(proxy.name()))
        .forEach(proxy -> changed.add(of(proxy.name()) + "added"));
    outcome
        .proxies()
        .forEach(
            (name, answer) -> {
              answer.changes().forEach(words -> changed.add(of(name) + words));
              answer
                  .overruled()
                  .forEach(words -> warnings.add(of(name) + "the configuration wins: " + words));
              answer.failure().ifPresent(reason -> failed.add(of(name) + reason));
            });
    return new ReloadReport(List.of(), changed, plan.needsRestart(), warnings, failed);
  }

  private static String of(String proxy) {
    return "proxy " + proxy + ": ";
  }
}
