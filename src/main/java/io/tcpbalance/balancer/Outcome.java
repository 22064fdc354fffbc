package io.tcpbalance.balancer;

import java.util.Optional;

/** What became of a lease; told with its release, once the back-end's socket is closed. */
public sealed interface Outcome {

  /**
   * The back-end had accepted.
   *
   * @param activeNanos from the accept to the end
   * @param bytesIn from the client
   * @param bytesOut from the back-end
   * @param error what the back-end did wrong, if anything
   * @param failsHost whether that makes it failed
   */
  record Finished(
      long activeNanos, long bytesIn, long bytesOut, Optional<String> error, boolean failsHost)
      implements Outcome {

    public Finished {
      if (failsHost && error.isEmpty()) {
        throw new IllegalArgumentException("a back-end that is failed needs a reason");
      }
    }
  }

  /** The back-end did not accept, for a reason that is its own: it is failed now. */
  record ConnectFailed(String reason) implements Outcome {}

  /** Nothing is known of the back-end: the client went away, or this machine is to blame. */
  record Unused() implements Outcome {}
}
