package io.tcpbalance.secrets;

import static io.tcpbalance.testing.TestTls.file;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.TestTls;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class ServerTlsTest {

  @TempDir private Path directory;
  private TlsFiles files;
  private ServerTls tls;

  @BeforeEach
  void useServerPair() throws Exception {
    files =
        new TlsFiles(directory.resolve("certificate"), directory.resolve("key"), Optional.empty());
    tls = new ServerTls(files);
    install("server.pem", "server.key");
  }

  private void install(String certificate, String key) throws Exception {
    Files.write(files.certificate(), Files.readAllBytes(file(certificate)));
    Files.write(files.key(), Files.readAllBytes(file(key)));
  }

  @ParameterizedTest
  @CsvSource({
    "server.pem,server.key",
    "server.pem,server-sec1.key",
    "renewed.pem,renewed.key",
    "rsa.pem,rsa.key",
    "rsa.pem,rsa-pkcs1.key",
    "ed25519.pem,ed25519.key"
  })
  void takesEveryKindOfKey(String certificate, String key) throws Exception {
    install(certificate, key);

    assertTrue(tls.renew().isPresent());
    assertTrue(tls.isReady());
  }

  @Test
  void takesCertificateAndKeyInOneFile() throws Exception {
    Path both = directory.resolve("both");
    Files.writeString(
        both, Files.readString(file("server.key")) + Files.readString(file("server.pem")));

    assertEquals(List.of(), ServerTls.check(new TlsFiles(both, both, Optional.empty())));
  }

  @Test
  void speaksTls12And13Only() throws Exception {
    tls.renew();

    assertArrayEquals(new String[] {"TLSv1.3", "TLSv1.2"}, tls.engine().getEnabledProtocols());
    assertFalse(tls.engine().getNeedClientAuth());
  }

  @Test
  void hasNothingToServeWithAtFirst() {
    assertFalse(tls.isReady());
    assertThrows(IllegalStateException.class, tls::engine);
  }

  @Test
  void renewsOnlyWhatIsOther() throws Exception {
    assertEquals("CN=server", subject(tls.renew()));
    assertTrue(tls.renew().isEmpty());
    install("server.pem", "server.key");
    assertTrue(tls.renew().isEmpty(), "it is the same, though younger");

    install("renewed.pem", "renewed.key");

    assertEquals("CN=renewed", subject(tls.renew()));
  }

  private static String subject(Optional<X509Certificate> certificate) {
    return certificate.orElseThrow().getSubjectX500Principal().getName();
  }

  @Test
  void tellsOnceWhatCannotBeUsedAndKeepsWhatItHas() throws Exception {
    tls.renew();
    install("renewed.pem", "server.key");

    BadSecretException refused = assertThrows(BadSecretException.class, tls::renew);

    assertEquals(files.key() + " has no EC key that fits the certificate", refused.getMessage());
    assertTrue(tls.renew().isEmpty());
    assertTrue(tls.isReady());
    install("renewed.pem", "renewed.key");
    assertEquals("CN=renewed", subject(tls.renew()));
  }

  @Test
  void tellsOnceThatFileIsGone() throws Exception {
    tls.renew();
    Files.delete(files.key());

    assertThrows(BadSecretException.class, tls::renew);

    assertTrue(tls.renew().isEmpty());
    install("server.pem", "server.key");
    assertTrue(tls.renew().isEmpty(), "it is there again");
    Files.delete(files.key());
    assertThrows(BadSecretException.class, tls::renew);
  }

  @Test
  void asksClientsForCertificatesOfTheirAuthority() throws Exception {
    ServerTls mutual =
        new ServerTls(
            new TlsFiles(files.certificate(), files.key(), Optional.of(file("client.pem"))));
    mutual.renew();

    assertTrue(mutual.engine().getNeedClientAuth());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "server.pem | server-encrypted.key | is encrypted; take the passphrase off",
        "rsa.pem | rsa-pkcs1-encrypted.key | is encrypted; take the passphrase off",
        "server.pem | renewed.key | has no EC key that fits the certificate",
        "server.pem | rsa.key | has no EC key that fits the certificate",
        "server.pem | rsa-pkcs1.key | has no EC key that fits the certificate",
        "rsa.pem | server-sec1.key | has no RSA key that fits the certificate",
        "server.pem | server.pem | has no private key",
        "server.key | server.key | has no certificate",
        "README.md | server.key | has no certificate",
        "none.pem | server.key | does not exist",
        "server.pem | none.key | does not exist"
      })
  void saysWhatIsWrong(String certificate, String key, String reason) {
    List<BadSecretException> wrong =
        ServerTls.check(new TlsFiles(file(certificate), file(key), Optional.empty()));

    assertEquals(1, wrong.size(), wrong.toString());
    assertTrue(String.valueOf(wrong.get(0).getMessage()).contains(reason), wrong.toString());
  }

  @Test
  void saysAllThatIsWrong() {
    TlsFiles none = new TlsFiles(file("no.pem"), file("no.key"), Optional.of(file("no-ca.pem")));

    assertEquals(3, ServerTls.check(none).size());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "-----BEGIN CERTIFICATE-----A-----END CERTIFICATE----- | that is not Base64",
        "-----BEGIN CERTIFICATE-----MIIB-----END CERTIFICATE----- | that cannot be read",
        "-----BEGIN CERTIFICATE-----MIIB-----END X----- | has no certificate",
        "x | has no certificate"
      })
  void doesNotTrustWhatTheFileHas(String text, String reason) throws Exception {
    Files.writeString(files.certificate(), text);

    String told = String.valueOf(ServerTls.check(files).get(0).getMessage());

    assertTrue(told.startsWith(files.certificate() + " has"), told);
    assertTrue(told.contains(reason), told);
  }

  @Test
  void refusesFilesOfAnySize() throws Exception {
    Files.write(files.certificate(), new byte[SecretFile.MAX_BYTES + 1]);

    assertTrue(
        String.valueOf(ServerTls.check(files).get(0).getMessage())
            .endsWith("larger than 1048576 bytes"));
  }

  @Test
  void doesNotWaitForAPipe() throws Exception {
    Files.delete(files.certificate());
    Process made = new ProcessBuilder("mkfifo", files.certificate().toString()).start();
    assertEquals(0, made.waitFor());

    assertTrue(
        String.valueOf(ServerTls.check(files).get(0).getMessage()).endsWith("is no regular file"));
  }

  @Test
  void readsALongFileOfDashes() throws Exception {
    Files.writeString(files.certificate(), "-----BEGIN CERTIFICATE-----".repeat(30_000));

    assertEquals(1, ServerTls.check(files).size());
  }

  @Test
  void itsTestsHaveTheirFiles() {
    assertEquals(List.of(), ServerTls.check(TestTls.files("client")));
  }
}
