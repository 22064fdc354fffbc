package io.tcpbalance.secrets;

import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;

/**
 * The server's side of TLS 1.2 and 1.3, by files that may change: {@link #renew} takes up what is
 * in them, and new connections have it. What cannot be used changes nothing.
 *
 * <p>Any thread may ask for an {@link #engine}; one at a time may renew.
 */
public final class ServerTls {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /**
   * A server's certificate is its clients' business: they have names for it that it cannot know.
   */
  private static final TlsContext.Purpose ANY = (own, certificate, candidate) -> {};

  private final TlsContext context;
  private final boolean clientsNeedCertificates;

  /** Without a certificate, until it is renewed. */
  public ServerTls(TlsFiles files) {
    context = new TlsContext(files, ANY);
    clientsNeedCertificates = files.ca().isPresent();
  }

  /** All that is wrong with files that are to be used; nothing is kept of them. */
  public static List<BadSecretException> check(TlsFiles files) {
    return TlsContext.check(files, ANY);
  }

  /**
   * Takes up what is in the files, if that is not what was taken up last.
   *
   * @return the server's certificate, if it was taken up
   * @throws BadSecretException if it cannot be used; once, until there is another reason
   */
  public Optional<X509Certificate> renew() throws BadSecretException {
    return context.renew();
  }

  /** Whether there is something to serve with. */
  public boolean isReady() {
    return context.isReady();
  }

  /**
   * For a new connection, with what was taken up last.
   *
   * @throws IllegalStateException if that is nothing
   */
  public SSLEngine engine() {
    SSLEngine engine = context.current().createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(clientsNeedCertificates);
    engine.setSSLParameters(parameters);
    return engine;
  }
}
