package io.tcpbalance.testing;

import io.tcpbalance.secrets.TlsFiles;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** The certificates of {@code src/test/resources/tls}, and clients that trust them. */
public final class TestTls {

  private static final Path DIRECTORY = Path.of("src", "test", "resources", "tls");
  private static final char[] NO_PASSWORD = {};

  private TestTls() {}

  public static Path file(String name) {
    return DIRECTORY.resolve(name);
  }

  /** A server's files, by the name of the pair. */
  public static TlsFiles files(String name) {
    return new TlsFiles(file(name + ".pem"), file(name + ".key"), Optional.empty());
  }

  /** A client that trusts only that certificate. */
  public static SSLContext trusting(Path certificate) throws GeneralSecurityException, IOException {
    return context(certificate, null);
  }

  /** The same, which shows the certificate "client". */
  public static SSLContext trustingAsClient(Path certificate)
      throws GeneralSecurityException, IOException {
    KeyStore own = emptyStore();
    String pem = Files.readString(file("client.key")).replaceAll("-----[A-Z ]+-----", "");
    own.setKeyEntry(
        "client",
        KeyFactory.getInstance("EC")
            .generatePrivate(new PKCS8EncodedKeySpec(Base64.getMimeDecoder().decode(pem))),
        NO_PASSWORD,
        new Certificate[] {certificate(file("client.pem"))});
    KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    keys.init(own, NO_PASSWORD);
    return context(certificate, keys);
  }

  private static SSLContext context(Path trusted, KeyManagerFactory own)
      throws GeneralSecurityException, IOException {
    KeyStore store = emptyStore();
    store.setCertificateEntry("server", certificate(trusted));
    TrustManagerFactory trust =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trust.init(store);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(own == null ? null : own.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, NO_PASSWORD);
    return store;
  }

  private static Certificate certificate(Path pem) throws GeneralSecurityException, IOException {
    try (InputStream in = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }
}
