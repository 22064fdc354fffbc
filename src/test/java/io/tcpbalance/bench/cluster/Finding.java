package io.tcpbalance.bench.cluster;

import java.util.List;

/**
 * What a drill found.
 *
 * @param jobs answered, every byte right
 * @param lost unanswered, since their node was harmed
 * @param notes for people
 * @param faults what must not be: failed jobs of nodes that nobody harmed, slots used twice
 */
record Finding(long jobs, long lost, List<String> notes, List<String> faults) {

  Finding {
    notes = List.copyOf(notes);
    faults = List.copyOf(faults);
  }

  boolean isGood() {
    return faults.isEmpty();
  }
}
