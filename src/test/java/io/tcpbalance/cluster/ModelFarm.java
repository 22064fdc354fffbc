package io.tcpbalance.cluster;

import java.util.HashMap;
import java.util.Map;

/** Hosts that count the sessions on them, and tell of too many. */
final class ModelFarm {

  private final Map<String, Integer> slots;
  private final Map<String, Integer> used = new HashMap<>();
  private long served;

  ModelFarm(Map<String, Integer> slots) {
    this.slots = slots;
  }

  void enter(String host, String who) {
    int now = used.merge(host, 1, Integer::sum);
    served++;
    if (now > slots.getOrDefault(host, 0)) {
      throw new AssertionError(
          who + " is session " + now + " on " + host + ", which has " + slots.get(host) + " slots");
    }
  }

  void leave(String host) {
    used.merge(host, -1, Integer::sum);
  }

  int used() {
    return used.values().stream().mapToInt(Integer::intValue).sum();
  }

  long served() {
    return served;
  }
}
