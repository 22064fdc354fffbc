package io.tcpbalance.relay;

/**
 * What happens to a request that is sent to a back-end as a whole, told on its loop's thread:
 * implementations must not block and must not throw.
 *
 * <p>After {@link #connected} comes {@link #attemptEnded}, unless the relay ends first.
 */
public interface AttemptHandler extends RelayHandler {

  /**
   * A back-end has done what it could, and its socket is closed.
   *
   * @param wire which has read the answer, if there was one; not to be kept
   */
  void attemptEnded(AttemptEnd end, JobWire wire);
}
