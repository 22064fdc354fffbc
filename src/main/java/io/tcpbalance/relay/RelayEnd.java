package io.tcpbalance.relay;

/**
 * How a relay ended.
 *
 * @param cause what ended it
 * @param wasConnected whether a back-end had accepted
 * @param connectedNanos from the back-end's accept to the end; 0 if there was none
 * @param bytesIn from the client, written to the back-end
 * @param bytesOut from the back-end, written to the client
 */
public record RelayEnd(
    Cause cause, boolean wasConnected, long connectedNanos, long bytesIn, long bytesOut) {

  /** What ended a relay. */
  public enum Cause {
    /** Both streams were delivered to their ends. */
    FINISHED,
    /** The client aborted: it reset, or went away while it waited. */
    CLIENT_GONE,
    /** The back-end reset the connection. */
    BACKEND_RESET,
    /** No byte in either direction for the idle time-out. */
    IDLE,
    /** The client sent nothing, or took nothing, for a job's receive time-out. */
    STALLED,
    /** The client's request makes no sense. */
    MALFORMED,
    /** The client was given away by {@link Relay#surrender}. */
    SURRENDERED,
    /** {@link Relay#close} was called. */
    CLOSED,
    /** A bug in this package; logged where it happened. */
    FAULT
  }
}
