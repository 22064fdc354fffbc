package io.tcpbalance.bootstrap;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * One generation at one moment.
 *
 * @param jars its code
 * @param startedAt when it was begun to load
 * @param reason why it failed; empty if it did not
 */
public record GenerationInfo(
    int number, List<Path> jars, Instant startedAt, State state, String reason) {

  public GenerationInfo {
    jars = List.copyOf(jars);
  }

  /** What becomes of a generation. */
  public enum State {
    /** It is loaded, and has not taken over. */
    LOADING,
    /** It serves. */
    LIVE,
    /** Another one serves, and it finishes the sessions that it has. */
    DRAINING,
    /** Nothing is left of it. */
    ENDED,
    /** It has never served. */
    FAILED
  }
}
