package io.tcpbalance.admin;

import io.tcpbalance.balancer.Placement;
import io.tcpbalance.config.OperatorState;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What PATCH asks for; what is absent stays as it is. */
record BackendChange(
    Optional<OperatorState> state, OptionalInt maxConnections, Optional<Placement> placement) {

  static BackendChange read(Fields fields) {
    BackendChange change =
        new BackendChange(fields.state(), fields.maxConnections(), fields.after());
    if (fields.isAbsent("state") && fields.isAbsent("maxConnections") && fields.isAbsent("after")) {
      fields.problem("give at least one of state, maxConnections and after");
    }
    fields.finish();
    return change;
  }

  /** For the audit log. */
  @Override
  public String toString() {
    List<String> parts = new ArrayList<>();
    state.ifPresent(wanted -> parts.add("state " + Texts.word(wanted)));
    maxConnections.ifPresent(max -> parts.add("maxConnections " + max));
    placement.ifPresent(place -> parts.add("placed " + place.words()));
    return String.join(", ", parts);
  }
}
