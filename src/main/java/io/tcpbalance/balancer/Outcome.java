package io.tcpbalance.balancer;

import java.util.Optional;

/** What became of a lease; told with its release, once the back-end's socket is closed. */
public sealed interface Outcome {

  /** The back-end had accepted. */
  sealed interface Used extends Outcome {

    /** From the accept to the end. */
    long activeNanos();

    /** From the client. */
    long bytesIn();

    /** From the back-end. */
    long bytesOut();
  }

  /**
   * The back-end has shown what it is worth.
   *
   * @param error what it did wrong, if anything
   * @param failsHost whether that makes it failed, and puts it on trial when it is back
   */
  record Finished(
      long activeNanos, long bytesIn, long bytesOut, Optional<String> error, boolean failsHost)
      implements Used {

    public Finished {
      if (failsHost && error.isEmpty()) {
        throw new IllegalArgumentException("a back-end that is failed needs a reason");
      }
    }
  }

  /** It ended on our side before that, so nothing is learnt of the back-end. */
  record Aborted(long activeNanos, long bytesIn, long bytesOut) implements Used {}

  /**
   * The back-end did not accept, for a reason that is its own: it is failed now.
   *
   * @param losesJobs whether what runs there may be lost; not where only its name was not found
   */
  record ConnectFailed(String reason, boolean losesJobs) implements Outcome {}

  /** Nothing is known of the back-end: the client went away, or this machine is to blame. */
  record Unused() implements Outcome {}
}
