package io.tcpbalance.relay;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Locale;

/**
 * Why a connect failed.
 *
 * @param local whether this machine is to blame (out of descriptors or of local ports), and not the
 *     back-end
 * @param reason for a person, such as "connection refused"
 */
public record ConnectFailure(boolean local, String reason) {

  /** The address is of a kind that this machine has no sockets for, such as IPv6. */
  static ConnectFailure noWayTo(InetSocketAddress address) {
    return new ConnectFailure(false, "no way to " + address.getHostString() + " from this machine");
  }

  static ConnectFailure timedOut(Duration timeout) {
    return new ConnectFailure(false, "connect timed out after " + Times.shown(timeout));
  }

  static ConnectFailure of(IOException e) {
    String message = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
    // EADDRNOTAVAIL arrives as a plain ConnectException with the C library's text.
    boolean noLocalPort =
        e instanceof BindException
            || (e instanceof ConnectException && message.contains("Cannot assign requested"));
    boolean local = noLocalPort || Descriptors.exhausted(e) || message.contains("buffer space");
    return new ConnectFailure(local, message.toLowerCase(Locale.ROOT));
  }
}
