package io.tcpbalance.admin;

import java.time.InstantSource;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

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
    StatusPage empty = new StatusPage(wallClock.instant(), howToAdd);
    CompletionStage<StatusPage> page = CompletableFuture.completedStage(empty);
    for (ProxyClient proxy : proxies.all()) {
      CompletionStage<ProxyAnswer> answer =
          proxy.state().handle((state, failure) -> new ProxyAnswer(proxy.name(), state));
      page = page.thenCombine(answer, StatusReport::with);
    }
    return page.thenApply(StatusPage::toString);
  }

  private record ProxyAnswer(String proxy, @Nullable ProxyState state) {}

  private static StatusPage with(StatusPage page, ProxyAnswer answer) {
    ProxyState state = answer.state();
    return state == null ? page.silentProxy(answer.proxy()) : page.proxy(state);
  }
}
