package io.tcpbalance.secrets;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;

/**
 * Both sides of mutual TLS 1.3 among equals, by files that may change: {@link #renew} takes up what
 * is in them, and new connections have it. What others would refuse is not taken up.
 *
 * <p>Who is connected to must show a certificate of the authority <em>for the name by which it was
 * called</em>; who connects must show any of the authority.
 *
 * <p>Any thread may ask for engines; one at a time may renew.
 */
public final class PeerTls {

  private static final String[] PROTOCOLS = {"TLSv1.3"};

  private final TlsContext context;

  /**
   * Without a certificate, until it is renewed.
   *
   * @param files with an authority
   * @param host the name by which others call this one
   */
  public PeerTls(TlsFiles files, String host) {
    context = new TlsContext(files, purpose(files, host));
  }

  /** All that is wrong with files that are to be used; nothing is kept of them. */
  public static List<BadSecretException> check(TlsFiles files, String host) {
    return TlsContext.check(files, purpose(files, host));
  }

  private static TlsContext.Purpose purpose(TlsFiles files, String host) {
    if (files.ca().isEmpty()) {
      throw new IllegalArgumentException("equals need an authority");
    }
    return (own, certificate, candidate) -> rehearse(own, certificate, candidate, host);
  }

  /**
   * Takes up what is in the files, if that is not what was taken up last.
   *
   * @return the certificate, if it was taken up
   * @throws BadSecretException if it cannot be used; once, until there is another reason
   */
  public Optional<X509Certificate> renew() throws BadSecretException {
    return context.renew();
  }

  /**
   * That which was taken up last.
   *
   * @throws IllegalStateException if there is none
   */
  public X509Certificate certificate() {
    return context.certificate();
  }

  /**
   * For a connection that somebody has made, with what was taken up last.
   *
   * @throws IllegalStateException if that is nothing
   */
  public SSLEngine accepting() {
    return accepting(context.current());
  }

  /**
   * For a connection to somebody, with what was taken up last.
   *
   * @param host the name of the other, which its certificate must have
   * @throws IllegalStateException if there is nothing to show
   */
  public SSLEngine connecting(String host, int port) {
    return connecting(context.current(), host, port);
  }

  private static SSLEngine accepting(SSLContext context) {
    SSLEngine engine = context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setNeedClientAuth(true);
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static SSLEngine connecting(SSLContext context, String host, int port) {
    SSLEngine engine = context.createSSLEngine(host, port);
    engine.setUseClientMode(true);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setEndpointIdentificationAlgorithm("HTTPS");
    engine.setSSLParameters(parameters);
    return engine;
  }

  /** What others would say of the certificate is found out by being all of them. */
  private static void rehearse(
      PemFile own, X509Certificate certificate, SSLContext candidate, String host)
      throws BadSecretException {
    try {
      certificate.checkValidity();
    } catch (CertificateException e) {
      throw own.bad(
          "is valid only from %s to %s"
              .formatted(
                  certificate.getNotBefore().toInstant(), certificate.getNotAfter().toInstant()));
    }
    try {
      new Handshake(connecting(candidate, host, 1), accepting(candidate)).perform();
    } catch (SSLException e) {
      throw own.bad(
          "would be refused by other nodes, who call this one '" + host + "': " + root(e));
    }
  }

  private static String root(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }
}
