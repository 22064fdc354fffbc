package io.tcpbalance.relay;

/**
 * What happens to one job, told on its loop's thread: implementations must not block and must not
 * throw.
 *
 * <p>Each {@link JobRelay#connect} is answered by {@link #connected} or {@link #connectFailed}, and
 * after {@link #connected} comes {@link #attemptEnded}, unless the relay ends first.
 */
public interface JobHandler extends AttemptHandler {

  /**
   * The whole request is here, or it cannot be kept and is to be relayed as a stream: the relay
   * waits for a back-end.
   *
   * @param wire which has read it; not to be kept
   * @param kept whether it is kept, so that it can be sent more than once
   */
  void requestReceived(JobWire wire, boolean kept);

  /** The request is malformed: the relay ends. */
  void malformed(String complaint);

  /**
   * {@inheritDoc}
   *
   * <p>If it answered, the client is being served; if not, the relay waits to be told what to do.
   */
  @Override
  void attemptEnded(AttemptEnd end, JobWire wire);
}
