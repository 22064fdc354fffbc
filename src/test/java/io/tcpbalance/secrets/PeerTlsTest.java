package io.tcpbalance.secrets;

import static io.tcpbalance.testing.TestTls.file;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Timeout(60)
class PeerTlsTest {

  private static final String BOTH = "extendedKeyUsage = serverAuth, clientAuth";
  private static final String FOR_A = "subjectAltName = DNS:a.example";

  @TempDir private Path directory;
  private TestAuthority authority;
  private TlsFiles files;

  @BeforeEach
  void makeNode() throws Exception {
    authority = new TestAuthority(directory.resolve("certs"));
    files = authority.node("a.example", "10.0.0.1");
  }

  private static PeerTls ready(TlsFiles files, String host) throws BadSecretException {
    PeerTls tls = new PeerTls(files, host);
    assertTrue(tls.renew().isPresent());
    return tls;
  }

  private String complaint(String host) {
    List<BadSecretException> wrong = PeerTls.check(files, host);
    assertEquals(1, wrong.size(), wrong.toString());
    assertEquals(files.certificate(), wrong.get(0).file());
    return String.valueOf(wrong.get(0).getMessage());
  }

  @ParameterizedTest
  @CsvSource({"a.example", "10.0.0.1"})
  void nodesOfOneAuthorityTrustEachOther(String name) throws Exception {
    PeerTls a = ready(files, "a.example");
    PeerTls b = ready(authority.node("b.example"), "b.example");

    assertDoesNotThrow(new Handshake(b.connecting(name, 1), a.accepting())::perform);
    assertDoesNotThrow(new Handshake(a.connecting("b.example", 1), b.accepting())::perform);
  }

  @Test
  void anotherNodesCertificateIsGoodForThatNodeOnly() throws Exception {
    PeerTls a = ready(files, "a.example");
    PeerTls b = ready(authority.node("b.example"), "b.example");

    Handshake toSomebodyElse = new Handshake(a.connecting("a.example", 1), b.accepting());

    assertThrows(SSLException.class, toSomebodyElse::perform);
  }

  @Test
  void nodesOfDifferentAuthoritiesDoNot() throws Exception {
    PeerTls a = ready(files, "a.example");
    TestAuthority foreign = new TestAuthority(directory.resolve("foreign"));
    PeerTls b = ready(foreign.node("b.example"), "b.example");

    assertThrows(
        SSLException.class, new Handshake(a.connecting("b.example", 1), b.accepting())::perform);
    assertThrows(
        SSLException.class, new Handshake(b.connecting("a.example", 1), a.accepting())::perform);
  }

  @Test
  void whoConnectsMustShowOneInTls13() throws Exception {
    PeerTls a = ready(files, "a.example");

    assertTrue(a.accepting().getNeedClientAuth());
    assertEquals(List.of("TLSv1.3"), List.of(a.accepting().getEnabledProtocols()));
    assertEquals(List.of("TLSv1.3"), List.of(a.connecting("b", 1).getEnabledProtocols()));
  }

  @Test
  void twoAuthoritiesCanBeTrustedWhileOneReplacesTheOther() throws Exception {
    TestAuthority next = new TestAuthority(directory.resolve("next"));
    PeerTls b = ready(next.node("b.example"), "b.example");
    Path both = directory.resolve("both.pem");
    Files.writeString(
        both, Files.readString(authority.file("ca.pem")) + Files.readString(next.file("ca.pem")));
    PeerTls a =
        ready(new TlsFiles(files.certificate(), files.key(), Optional.of(both)), "a.example");

    PeerTls bToo =
        ready(
            new TlsFiles(next.file("b.example.pem"), next.file("b.example.key"), Optional.of(both)),
            "b.example");

    assertDoesNotThrow(new Handshake(bToo.connecting("a.example", 1), a.accepting())::perform);
    assertThrows(
        SSLException.class, new Handshake(b.connecting("a.example", 1), a.accepting())::perform);
  }

  @Test
  void refusesACertificateForAnotherHost() {
    assertTrue(complaint("c.example").contains("who call this one 'c.example': No subject alt"));
  }

  @Test
  void refusesOneThatHasEnded() throws Exception {
    authority.reissue("a.example", -1, BOTH, FOR_A);

    assertTrue(complaint("a.example").contains("is valid only from "), complaint("a.example"));
  }

  @Test
  void refusesOneOfAnotherAuthority() throws Exception {
    TestAuthority foreign = new TestAuthority(directory.resolve("foreign"));
    TlsFiles theirs = foreign.node("a.example");
    files = new TlsFiles(theirs.certificate(), theirs.key(), files.ca());

    assertTrue(complaint("a.example").contains("trust anchors"), complaint("a.example"));
  }

  @ParameterizedTest
  @CsvSource({"serverAuth, client", "clientAuth, server"})
  void refusesOneThatIsGoodForOneSideOnly(String usage, String missing) throws Exception {
    authority.reissue("a.example", 1, "extendedKeyUsage = " + usage, FOR_A);

    assertTrue(complaint("a.example").contains("TLS " + missing), complaint("a.example"));
  }

  @Test
  void keepsWhatItHasRatherThanWhatOthersWouldRefuse() throws Exception {
    PeerTls tls = ready(files, "a.example");
    X509Certificate good = tls.certificate();
    authority.reissue("a.example", -1, BOTH, FOR_A);

    assertThrows(BadSecretException.class, tls::renew);

    assertTrue(tls.renew().isEmpty(), "it is told once");
    assertSame(good, tls.certificate());
    authority.reissue("a.example", 1, BOTH, FOR_A);
    assertTrue(tls.renew().isPresent());
  }

  @Test
  void takesARenewedAuthority() throws Exception {
    PeerTls tls = ready(files, "a.example");
    TestAuthority next = new TestAuthority(directory.resolve("next"));
    next.node("a.example");
    for (String name : List.of("a.example.key", "a.example.pem", "ca.pem")) {
      Files.copy(next.file(name), authority.file(name), StandardCopyOption.REPLACE_EXISTING);
    }

    assertTrue(tls.renew().isPresent());
  }

  @Test
  void saysAllThatIsWrong() {
    TlsFiles none = new TlsFiles(file("no.pem"), file("no.key"), Optional.of(file("no-ca.pem")));

    assertEquals(3, PeerTls.check(none, "a.example").size());
  }

  @Test
  void needsAnAuthority() {
    TlsFiles alone = new TlsFiles(files.certificate(), files.key(), Optional.empty());

    assertThrows(IllegalArgumentException.class, () -> new PeerTls(alone, "a.example"));
  }
}
