package io.tcpbalance.state;

import java.util.Collections;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is kept of all proxies.
 *
 * @param proxies changes by the proxy's name; untouched pools are left out
 */
record RecordedState(Map<String, PoolChanges> proxies) {

  static final RecordedState EMPTY = new RecordedState(Map.of());

  RecordedState {
    Map<String, PoolChanges> touched = new TreeMap<>(proxies);
    touched.values().removeIf(PoolChanges::isEmpty);
    proxies = Collections.unmodifiableMap(touched);
  }

  PoolChanges of(String proxy) {
    return proxies.getOrDefault(proxy, PoolChanges.NONE);
  }
}
