package io.tcpbalance.admin;

import io.tcpbalance.proxy.ProxySupervisor;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;
import org.jspecify.annotations.Nullable;

/** The proxies that are administered, as they are at the moment. Any thread may call. */
public final class Proxies {

  /**
   * What was seen of a proxy.
   *
   * @param state null if it was silent
   */
  public record Look(String proxy, @Nullable ProxyState state) {}

  private final Supplier<Map<String, ActorRef<ProxySupervisor.Command>>> proxies;
  private final Scheduler scheduler;

  /**
   * @param proxies those there are at the moment, by name, in the order in which they are shown
   */
  public Proxies(
      Supplier<Map<String, ActorRef<ProxySupervisor.Command>>> proxies, Scheduler scheduler) {
    this.proxies = proxies;
    this.scheduler = scheduler;
  }

  public List<ProxyClient> all() {
    return proxies.get().entrySet().stream()
        .map(entry -> new ProxyClient(entry.getKey(), entry.getValue(), scheduler))
        .toList();
  }

  /** All that is shown of them; fails if one does not answer. */
  public CompletionStage<List<ProxyView>> views() {
    CompletionStage<List<ProxyView>> views = CompletableFuture.completedStage(new ArrayList<>());
    for (ProxyClient proxy : all()) {
      views = views.thenCombine(proxy.view(), Proxies::with);
    }
    return views;
  }

  /** All that is known of them; does not fail, and tells of those that are silent. */
  public CompletionStage<List<Look>> looks() {
    CompletionStage<List<Look>> looks = CompletableFuture.completedStage(new ArrayList<>());
    for (ProxyClient proxy : all()) {
      CompletionStage<Look> look =
          proxy.state().handle((state, failure) -> new Look(proxy.name(), state));
      looks = looks.thenCombine(look, Proxies::with);
    }
    return looks;
  }

  private static <T> List<T> with(List<T> list, T next) {
    list.add(next);
    return list;
  }

  /**
   * The one of that name.
   *
   * @throws ApiError if there is none
   */
  public ProxyClient named(String name) {
    Map<String, ActorRef<ProxySupervisor.Command>> now = proxies.get();
    ActorRef<ProxySupervisor.Command> proxy = now.get(name);
    if (proxy == null) {
      throw ApiError.noSuchProxy(name, now.keySet());
    }
    return new ProxyClient(name, proxy, scheduler);
  }
}
