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
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/**
 * What TLS needs of files that may change: {@link #renew} takes up what is in them. What cannot be
 * used changes nothing.
 *
 * <p>Any thread may ask for what there is; one at a time may renew.
 */
final class TlsContext {

  /** Of a key store that is never written. */
  private static final char[] NO_PASSWORD = {};

  /** Whether a pair whose files fit together is good for what it is meant for. */
  interface Purpose {

    /**
     * Looks at one that is about to be taken up.
     *
     * @param own the file of the certificate, whose fault it is
     */
    void check(PemFile own, X509Certificate certificate, SSLContext candidate)
        throws BadSecretException;
  }

  /** What the files have, as it was read. */
  private record Contents(PemFile certificate, PemFile key, Optional<PemFile> ca) {

    boolean isSameAs(Contents other) {
      return certificate.isSameAs(other.certificate)
          && key.isSameAs(other.key)
          && ca.isPresent() == other.ca.isPresent()
          && (ca.isEmpty() || ca.get().isSameAs(other.ca.get()));
    }
  }

  private record Taken(Contents contents, X509Certificate certificate, SSLContext context) {}

  private final TlsFiles files;
  private final Purpose purpose;

  /** Why the files could not be taken up when they were looked at last. */
  private @Nullable String obstacle;

  private volatile @Nullable Taken taken;

  /** Without a certificate, until it is renewed. */
  TlsContext(TlsFiles files, Purpose purpose) {
    this.files = files;
    this.purpose = purpose;
  }

  /** All that is wrong with the files; nothing is kept of them. */
  static List<BadSecretException> check(TlsFiles files, Purpose purpose) {
    List<BadSecretException> wrong = new ArrayList<>();
    note(() -> PemFile.read(files.certificate()).certificates(), wrong);
    note(() -> PemFile.read(files.key()), wrong);
    note(() -> trusted(read(files.ca())), wrong);
    if (wrong.isEmpty()) {
      note(() -> new TlsContext(files, purpose).renew(), wrong);
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
   * Takes up what is in the files, if that is not what was taken up last. What was refused is
   * looked at again each time: it may be that only its time had not come, by this clock.
   *
   * @return the certificate, if it was taken up
   * @throws BadSecretException if it cannot be used; once, until there is another reason
   */
  Optional<X509Certificate> renew() throws BadSecretException {
    try {
      Optional<X509Certificate> renewed = takeUp();
      obstacle = null;
      return renewed;
    } catch (BadSecretException e) {
      boolean told = String.valueOf(e.getMessage()).equals(obstacle);
      obstacle = e.getMessage();
      if (told) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private Optional<X509Certificate> takeUp() throws BadSecretException {
    Contents now =
        new Contents(
            PemFile.read(files.certificate()), PemFile.read(files.key()), read(files.ca()));
    Taken last = taken;
    if (last != null && now.isSameAs(last.contents)) {
      return Optional.empty();
    }
    List<X509Certificate> chain = now.certificate.certificates();
    SSLContext candidate = context(chain, key(now.key, chain.get(0)), trusted(now.ca));
    purpose.check(now.certificate, chain.get(0), candidate);
    taken = new Taken(now, chain.get(0), candidate);
    return Optional.of(chain.get(0));
  }

  boolean isReady() {
    return taken != null;
  }

  /**
   * What was taken up last.
   *
   * @throws IllegalStateException if that is nothing
   */
  SSLContext current() {
    return taken().context;
  }

  /**
   * That which was taken up last.
   *
   * @throws IllegalStateException if there is none
   */
  X509Certificate certificate() {
    return taken().certificate;
  }

  private Taken taken() {
    Taken now = taken;
    if (now == null) {
      throw new IllegalStateException("there is no certificate");
    }
    return now;
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
