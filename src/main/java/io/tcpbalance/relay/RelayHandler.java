package io.tcpbalance.relay;

/**
 * What happens to one relay, told on its loop's thread: implementations must not block and must not
 * throw.
 *
 * <p>Each {@link Relay#connect} is answered by {@link #connected} or {@link #connectFailed}, unless
 * the relay ends first.
 */
public interface RelayHandler {

  /** The back-end accepted; bytes flow from now on. */
  void connected();

  /**
   * The back-end did not accept; its socket is closed, the client is still there and is watched.
   */
  void connectFailed(ConnectFailure failure);

  /** Both sockets are closed. Called exactly once, whatever ended the relay; nothing follows it. */
  void ended(RelayEnd end);
}
