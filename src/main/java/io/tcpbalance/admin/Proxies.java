package io.tcpbalance.admin;

import io.tcpbalance.proxy.ProxySupervisor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Scheduler;

/** The proxies that are administered. */
final class Proxies {

  private final Map<String, ProxyClient> byName;

  Proxies(Map<String, ActorRef<ProxySupervisor.Command>> proxies, Scheduler scheduler) {
    Map<String, ProxyClient> clients = new LinkedHashMap<>();
    proxies.forEach((name, ref) -> clients.put(name, new ProxyClient(name, ref, scheduler)));
    byName = Collections.unmodifiableMap(clients);
  }

  List<ProxyClient> all() {
    return List.copyOf(byName.values());
  }

  /**
   * The one of that name.
   *
   * @throws ApiError if there is none
   */
  ProxyClient named(String name) {
    ProxyClient proxy = byName.get(name);
    if (proxy == null) {
      throw ApiError.noSuchProxy(name, byName.keySet());
    }
    return proxy;
  }
}
