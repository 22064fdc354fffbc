package io.tcpbalance.secrets;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * The server's side of TLS 1.2 and 1.3, by files that may change: {@link #renew} takes up what is
 * in them, and new connections have it. What cannot be used changes nothing.
 *
 * <p>Any thread may ask for an {@link #engine}; one at a time may renew.
 */
public final class ServerTls {

  private static final String[] PROTOCOLS = {"TLSv1.3", "TLSv1.2"};

  /** Of a key store that is never written. */
  private static final char[] NO_PASSWORD = {};

  /** What the files have, as it was read. */
  private record Contents(PemFile certificate, PemFile key, Optional<PemFile> clientCa) {

    boolean isSameAs(Contents other) {
      return certificate.isSameAs(other.certificate)
          && key.isSameAs(other.key)
          && clientCa.isPresent() == other.clientCa.isPresent()
          && (clientCa.isEmpty() || clientCa.get().isSameAs(other.clientCa.get()));
    }
  }

  private final TlsFiles files;

  /** What was looked at last, fit or not. */
  private @Nullable Contents seen;

  /** What kept the files from being read when they were looked at last. */
  private @Nullable String obstacle;

  private volatile @Nullable SSLContext context;

  /** Without a certificate, until it is renewed. */
  public ServerTls(TlsFiles files) {
    this.files = files;
  }

  /** All that is wrong with files that are to be used; nothing is kept of them. */
  public static List<BadSecretException> check(TlsFiles files) {
    List<BadSecretException> wrong = new ArrayList<>();
    note(() -> PemFile.read(files.certificate()).certificates(), wrong);
    note(() -> PemFile.read(files.key()), wrong);
    note(() -> trusted(read(files.clientCa())), wrong);
    if (wrong.isEmpty()) {
      note(() -> new ServerTls(files).renew(), wrong);
    }
    return wrong;
  }

  private interface Step {
    Object perform() throws BadSecretException;
  }

  private static void note(Step step, List<BadSecretException> wrong) {
    try {
      step.perform();
    } catch (BadSecretException e) {
      wrong.add(e);
    }
  }

  /**
   * Takes up what is in the files, if that is not what was there when they were looked at last.
   *
   * @return the server's certificate, if it was taken up
   * @throws BadSecretException if it cannot be used; once, until the files change again
   */
  public Optional<X509Certificate> renew() throws BadSecretException {
    Contents now;
    try {
      now =
          new Contents(
              PemFile.read(files.certificate()), PemFile.read(files.key()), read(files.clientCa()));
    } catch (BadSecretException e) {
      boolean told = String.valueOf(e.getMessage()).equals(obstacle);
      obstacle = e.getMessage();
      if (told) {
        return Optional.empty();
      }
      throw e;
    }
    obstacle = null;
    if (seen != null && now.isSameAs(seen)) {
      return Optional.empty();
    }
    seen = now;
    List<X509Certificate> chain = now.certificate.certificates();
    context = context(chain, key(now.key, chain.get(0)), trusted(now.clientCa));
    return Optional.of(chain.get(0));
  }

  /** Whether there is something to serve with. */
  public boolean isReady() {
    return context != null;
  }

  /**
   * For a new connection, with what was taken up last.
   *
   * @throws IllegalStateException if that is nothing
   */
  public SSLEngine engine() {
    SSLContext now = context;
    if (now == null) {
      throw new IllegalStateException("there is no certificate");
    }
    SSLEngine engine = now.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(PROTOCOLS);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(files.clientCa().isPresent());
    engine.setSSLParameters(parameters);
    return engine;
  }

  private static Optional<PemFile> read(Optional<Path> file) throws BadSecretException {
    return file.isEmpty() ? Optional.empty() : Optional.of(PemFile.read(file.get()));
  }

  private static List<X509Certificate> trusted(Optional<PemFile> file) throws BadSecretException {
    return file.isEmpty() ? List.of() : file.get().certificates();
  }

  private static PrivateKey key(PemFile file, X509Certificate certificate)
      throws BadSecretException {
    byte[] encoded = file.privateKeyFor(certificate);
    String algorithm = certificate.getPublicKey().getAlgorithm();
    try {
      PrivateKey key =
          KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(encoded));
      if (fits(key, certificate)) {
        return key;
      }
    } catch (GeneralSecurityException e) {
      // Of another kind, or broken; what Java says of it helps nobody.
    }
    throw file.bad("has no " + algorithm + " key that fits the certificate");
  }

  private static boolean fits(PrivateKey key, X509Certificate certificate)
      throws GeneralSecurityException {
    String algorithm =
        switch (key.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> key.getAlgorithm();
        };
    byte[] text = {1, 2, 3};
    Signature signature = Signature.getInstance(algorithm);
    signature.initSign(key);
    signature.update(text);
    byte[] signed = signature.sign();
    signature.initVerify(certificate.getPublicKey());
    signature.update(text);
    return signature.verify(signed);
  }

  private static SSLContext context(
      List<X509Certificate> chain, PrivateKey key, List<X509Certificate> trusted) {
    try {
      KeyStore own = emptyStore();
      own.setKeyEntry("own", key, NO_PASSWORD, chain.toArray(Certificate[]::new));
      KeyManagerFactory keys =
          KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
      keys.init(own, NO_PASSWORD);
      KeyStore others = emptyStore();
      for (int i = 0; i < trusted.size(); i++) {
        others.setCertificateEntry("trusted-" + i, trusted.get(i));
      }
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(keys.getKeyManagers(), trusting(others), null);
      return context;
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalStateException("a pair that fits cannot be used", e);
    }
  }

  /** Nobody, rather than those whom Java trusts, if there is nobody. */
  private static TrustManager[] trusting(KeyStore store) throws GeneralSecurityException {
    if (store.size() == 0) {
      return new TrustManager[0];
    }
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    return trust.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }
}
