package io.tcpbalance.admin;

import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;

/** Gathers what {@link StatusPage} shows. A proxy that is silent does not hide the others. */
public final class StatusReport {

  private final Proxies proxies;
  private final InstantSource wallClock;

  public StatusReport(Proxies proxies, InstantSource wallClock) {
    this.proxies = proxies;
    this.wallClock = wallClock;
  }

  /**
   * The page; does not fail.
   *
   * @param howToAdd what to do where a proxy of that name has no back-end; indented lines
   */
  public CompletionStage<String> page(UnaryOperator<String> howToAdd) {
    return proxies.looks().thenApply(looks -> page(looks, howToAdd).toString());
  }

  private StatusPage page(List<Proxies.Look> looks, UnaryOperator<String> howToAdd) {
    StatusPage page = new StatusPage(wallClock.instant(), howToAdd);
    for (Proxies.Look look : looks) {
      ProxyState state = look.state();
      page = state == null ? page.silentProxy(look.proxy()) : page.proxy(state);
    }
    return page;
  }
}
