package io.tcpbalance.bootstrap;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;

/**
 * One generation at one moment.
 *
 * @param jars where its code was read from
 * @param sha256 of each jar, as it was read; none, if the process was started with it, or it could
 *     not be read
 * @param version as its jar tells it; empty as long as that is not loaded
 * @param startedAt when it was begun to load
 * @param clients how many it has now
 * @param reason why it failed; empty if it did not
 */
public record GenerationInfo(
    int number,
    List<Path> jars,
    List<String> sha256,
    String version,
    Instant startedAt,
    State state,
    int clients,
    String reason) {

  public GenerationInfo {
    jars = List.copyOf(jars);
    sha256 = List.copyOf(sha256);
  }

  /** What becomes of a generation. */
  public enum State {
    /** It is loaded, and begins. */
    LOADING,
    /** It could serve, and takes over. */
    READY,
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
