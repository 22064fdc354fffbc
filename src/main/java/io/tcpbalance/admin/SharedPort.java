package io.tcpbalance.admin;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.StandardSocketOptions;
import org.apache.pekko.io.Inet;
import org.jspecify.annotations.Nullable;

/**
 * Where an interface listens, over all lives of its actor, and who else may listen there: nobody,
 * but for the moment in which another generation takes the address over. Any thread may call.
 *
 * <p>Two sockets may listen at one address only if both have SO_REUSEPORT, which a second daemon of
 * the same user must never find there.
 */
public final class SharedPort {

  private final Option option = new Option();
  private final boolean joins;
  private volatile int port;
  private volatile @Nullable ServerSocket socket;

  private SharedPort(int port, boolean joins) {
    this.port = port;
    this.joins = joins;
  }

  /**
   * One of one's own.
   *
   * @param port 0 lets the system choose
   */
  public static SharedPort own(int port) {
    return new SharedPort(port, false);
  }

  /** One where another generation listens, who has been told to {@link #share}. */
  public static SharedPort joining(int port) {
    return new SharedPort(port, true);
  }

  /** The port to bind. */
  public int port() {
    return port;
  }

  /** Whether it was listened at before this generation. */
  public boolean joins() {
    return joins;
  }

  /** What a socket is to be bound with. */
  public Inet.SocketOption option() {
    return option;
  }

  /** It listens. A port that the system chose is kept for the lives to come. */
  public void bound(int boundPort) throws IOException {
    port = boundPort;
    share(false);
  }

  /** Lets others of this user bind the address, or not any more. */
  public void share(boolean shared) throws IOException {
    ServerSocket current = socket;
    if (current != null) {
      current.setOption(StandardSocketOptions.SO_REUSEPORT, shared);
    }
  }

  private final class Option extends Inet.AbstractSocketOption {
    @Override
    public void beforeServerSocketBind(ServerSocket binding) {
      socket = binding;
      try {
        share(joins);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
