package io.tcpbalance.cli.top;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * What was learned by asking once.
 *
 * @param farm empty if nothing was learned
 * @param proxies the names of all there are
 * @param trouble why nothing was learned, if so
 * @param atNs when, by {@link System#nanoTime}
 */
public record Reading(
    Optional<Farm> farm, List<String> proxies, Optional<String> trouble, long atNs) {

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
  public static Reading of(JsonNode proxy, JsonNode sessions, List<String> proxies) {
    return new Reading(
        Optional.of(Farm.of(proxy, sessions)), proxies, Optional.empty(), System.nanoTime());
  }

  /** It did not, or there is nothing to show. */
  public static Reading failed(String trouble) {
    return new Reading(Optional.empty(), List.of(), Optional.of(trouble), System.nanoTime());
  }
}
