package io.tcpbalance.admin;

import java.util.List;

/**
 * What came of a reload, in sentences for a person. Published to the actor system's event stream.
 *
 * @param problems why the configuration cannot be used; if there are any, nothing was changed
 * @param changed what is otherwise now
 * @param needsRestart keys of what is configured otherwise now, but holds only after a restart
 * @param warnings what is hardly meant, and which operators' changes are overruled
 * @param failed what could not be done, while the rest was
 */
public record ReloadReport(
    List<String> problems,
    List<String> changed,
    List<String> needsRestart,
    List<String> warnings,
    List<String> failed) {

  public ReloadReport {
    problems = List.copyOf(problems);
    changed = List.copyOf(changed);
    needsRestart = List.copyOf(needsRestart);
    warnings = List.copyOf(warnings);
    failed = List.copyOf(failed);
  }

  /** Of a configuration that cannot be used. */
  public static ReloadReport rejected(List<String> problems) {
    return new ReloadReport(problems, List.of(), List.of(), List.of(), List.of());
  }
}
