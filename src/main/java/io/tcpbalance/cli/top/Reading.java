package io.tcpbalance.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What was learned by asking once.
 *
 * @param node which one of the daemon's cluster was asked, if not itself
 * @param farm empty if nothing was learned
 * @param proxies the names of all there are
 * @param trouble why nothing was learned, if so
 * @param atNs when, by {@link System#nanoTime}
 */
public record Reading(
    Optional<String> node,
    Optional<Farm> farm,
    List<String> proxies,
    Optional<String> trouble,
    long atNs) {

  /** Asks; blocks until it is answered. Called from one thread at a time. */
  @FunctionalInterface
  public interface Source {
    /**
     * Asks.
     *
     * @param proxy which one is wanted; empty: the first
     */
    Reading read(Optional<String> proxy);
  }

  /** The daemon answered so. */
  public static Reading of(
      Optional<String> node, JsonNode proxy, JsonNode sessions, List<String> proxies) {
    Farm farm = Farm.of(proxy, sessions);
    return new Reading(node, Optional.of(farm), proxies, Optional.empty(), System.nanoTime());
  }

  /** It did not, or there is nothing to show. */
  public static Reading failed(String trouble) {
    return new Reading(
        Optional.empty(), Optional.empty(), List.of(), Optional.of(trouble), System.nanoTime());
  }
}
