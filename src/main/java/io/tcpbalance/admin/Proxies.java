package io.tcpbalance.admin;

import io.tcpbalance.proxy.ProxySupervisor;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;

/** The proxies that are administered, as they are at the moment. */
final class Proxies {

  private final Supplier<Map<String, ActorRef<ProxySupervisor.Command>>> proxies;
  private final Scheduler scheduler;

  Proxies(Supplier<Map<String, ActorRef<ProxySupervisor.Command>>> proxies, Scheduler scheduler) {
    this.proxies = proxies;
    this.scheduler = scheduler;
  }

  List<ProxyClient> all() {
    return proxies.get().entrySet().stream()
        .map(entry -> new ProxyClient(entry.getKey(), entry.getValue(), scheduler))
        .toList();
  }

  /**
   * The one of that name.
   *
   * @throws ApiError if there is none
   */
  ProxyClient named(String name) {
    Map<String, ActorRef<ProxySupervisor.Command>> now = proxies.get();
    ActorRef<ProxySupervisor.Command> proxy = now.get(name);
    if (proxy == null) {
      throw ApiError.noSuchProxy(name, now.keySet());
    }
    return new ProxyClient(name, proxy, scheduler);
  }
}
