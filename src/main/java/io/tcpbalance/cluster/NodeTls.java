package io.tcpbalance.cluster;

import io.tcpbalance.admin.Texts;
import io.tcpbalance.secrets.BadSecretException;
import io.tcpbalance.secrets.PeerTls;
import io.tcpbalance.secrets.TlsFiles;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLSession;
import org.apache.pekko.actor.setup.Setup;
import org.apache.pekko.remote.artery.tcp.SSLEngineProvider;
import scala.Option;

/**
 * Gives the connections between nodes their TLS. Also tells the actor system's own parts, as a
 * setup of it, what that is.
 */
final class NodeTls extends Setup implements SSLEngineProvider {

  private final PeerTls tls;
  private final Refusals refusals = new Refusals(System::nanoTime);

  private NodeTls(PeerTls tls) {
    this.tls = tls;
  }

  /**
   * By files that were found good when the configuration was read.
   *
   * @param host by which other nodes call this one
   * @throws IllegalStateException if they are not good any more
   */
  static NodeTls of(TlsFiles files, String host) {
    PeerTls tls = new PeerTls(files, host);
    try {
      tls.renew();
    } catch (BadSecretException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
    return new NodeTls(tls);
  }

  PeerTls tls() {
    return tls;
  }

  @Override
  public SSLEngine createServerSSLEngine(String bindHost, int port) {
    return new AcceptingEngine(tls.accepting(), failure -> refusals.add(Texts.rootOf(failure)));
  }

  @Override
  public SSLEngine createClientSSLEngine(String host, int port) {
    return tls.connecting(host, port);
  }

  /** The handshake itself has done that, by the name. */
  @Override
  public Option<Throwable> verifyClientSession(String host, SSLSession session) {
    return Option.empty();
  }

  /** The handshake itself has done that, by the authority. */
  @Override
  public Option<Throwable> verifyServerSession(String bindHost, SSLSession session) {
    return Option.empty();
  }
}
