package io.tcpbalance.relay;

/**
 * How one try of a job on one back-end ended.
 *
 * @param result what came of it
 * @param reason what went wrong; empty if nothing did
 * @param sentBytes of the request
 * @param answerBytes that came
 * @param sendNanos from the back-end's accept until the request was sent, or the end
 * @param totalNanos from the back-end's accept to the end
 */
public record AttemptEnd(
    Result result,
    String reason,
    long sentBytes,
    long answerBytes,
    long sendNanos,
    long totalNanos) {

  /** What came of a try. */
  public enum Result {
    /** The client's answer. */
    ANSWERED,
    /** The back-end's connection ended, or could not be written to, before the answer was whole. */
    BROKE_OFF,
    /** The back-end answered that it has failed, or something that is no answer. */
    HOST_FAULT,
    /** The back-end did not answer in time. */
    TIMED_OUT,
    /** {@link JobRelay#abandon} was called. */
    ABANDONED
  }
}
