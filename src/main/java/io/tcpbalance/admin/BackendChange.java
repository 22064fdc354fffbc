package io.tcpbalance.admin;

import io.tcpbalance.balancer.Placement;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** How a back-end is to be changed; what is absent stays as it is. */
public record BackendChange(
    Optional<OperatorState> state,
    Optional<SlotLimit> maxConnections,
    Optional<Placement> placement,
    Optional<List<String>> compilers) {

  private static final List<String> FIELDS =
      List.of("state", "maxConnections", "after", "compilers");

  public static BackendChange state(OperatorState wanted) {
    return new BackendChange(
        Optional.of(wanted), Optional.empty(), Optional.empty(), Optional.empty());
  }

  public static BackendChange maxConnections(SlotLimit wanted) {
    return new BackendChange(
        Optional.empty(), Optional.of(wanted), Optional.empty(), Optional.empty());
  }

  public static BackendChange placement(Placement wanted) {
    return new BackendChange(
        Optional.empty(), Optional.empty(), Optional.of(wanted), Optional.empty());
  }

  public static BackendChange read(Fields fields) {
    BackendChange change =
        new BackendChange(
            fields.state(), fields.maxConnections(), fields.after(), fields.compilers());
    if (FIELDS.stream().allMatch(fields::isAbsent)) {
      fields.problem("give at least one of " + String.join(", ", FIELDS));
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
    compilers.ifPresent(patterns -> parts.add("compilers " + patterns));
    return String.join(", ", parts);
  }
}
