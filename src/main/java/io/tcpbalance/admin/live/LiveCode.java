package io.tcpbalance.admin.live;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tcpbalance.bootstrap.GenerationInfo;
import java.util.List;

/**
 * Which code serves, and which has sessions to finish.
 *
 * @param generation the number of the one that serves
 */
record LiveCode(int generation, List<Draining> draining) {

  /** A generation that has been replaced. */
  record Draining(int number, String version, int sessions) {}

  LiveCode {
    draining = List.copyOf(draining);
  }

  static LiveCode of(List<GenerationInfo> generations) {
    int live = 1;
    for (GenerationInfo one : generations) {
      live = one.state() == GenerationInfo.State.LIVE ? one.number() : live;
    }
    return new LiveCode(
        live,
        generations.stream()
            .filter(one -> one.state() == GenerationInfo.State.DRAINING)
            .map(one -> new Draining(one.number(), one.version(), one.clients()))
            .toList());
  }

  void writeTo(ObjectNode json) {
    json.put("generation", generation).putPOJO("draining", draining);
  }
}
