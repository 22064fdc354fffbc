package io.tcpbalance;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.tcpbalance.secrets.PeerTls;
import io.tcpbalance.testing.TestAuthority;
import io.tcpbalance.testing.TestAuthority.Ran;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The script {@code ops/cluster-certs}. */
@Timeout(60)
class ClusterCertsTest {

  @TempDir private Path directory;
  private TestAuthority authority;

  @BeforeEach
  void needOpenssl() {
    authority = new TestAuthority(directory.resolve("certs"));
  }

  private Ran script(String... arguments) throws Exception {
    return TestAuthority.script(arguments);
  }

  private String certs() {
    return authority.file("").toString();
  }

  @Test
  void makesWhatNodesNeed() throws Exception {
    Ran ran = script(certs(), "a.example,b.example,10.0.0.1", "fd00::1", "::1");

    assertEquals(0, ran.exitCode(), ran.output());
    for (String host : List.of("a.example", "b.example", "10.0.0.1")) {
      assertEquals(List.of(), PeerTls.check(authority.files("a.example"), host));
    }
    assertEquals(List.of(), PeerTls.check(authority.files("fd00::1"), "fd00:0:0:0:0:0:0:1"));
    assertEquals(List.of(), PeerTls.check(authority.files("::1"), "::1"));
    assertEquals(1, PeerTls.check(authority.files("fd00::1"), "a.example").size());
  }

  @Test
  void letsNobodyElseRead() throws Exception {
    authority.node("a.example");

    assertEquals("rwx------", mode(authority.file("")));
    for (String file : List.of("ca.pem", "ca.key", "a.example.pem", "a.example.key")) {
      assertEquals("rw-------", mode(authority.file(file)));
    }
    try (Stream<Path> all = Files.list(authority.file(""))) {
      assertEquals(4, all.count(), "nothing else is left there");
    }
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }

  @Test
  void addsANodeToTheAuthority() throws Exception {
    authority.node("a.example");
    byte[] ca = Files.readAllBytes(authority.file("ca.pem"));

    authority.node("b.example");

    assertArrayEquals(ca, Files.readAllBytes(authority.file("ca.pem")));
  }

  @Test
  void overwritesNothing() throws Exception {
    authority.node("a.example");
    byte[] before = Files.readAllBytes(authority.file("a.example.pem"));

    Ran ran = script(certs(), "b.example", "a.example");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.output().contains("a.example.pem is there already"), ran.output());
    assertArrayEquals(before, Files.readAllBytes(authority.file("a.example.pem")));
    assertFalse(Files.exists(authority.file("b.example.pem")), "all or none");
  }

  @Test
  void renewsACertificateForTheSameKey() throws Exception {
    PeerTls tls = new PeerTls(authority.node("a.example"), "a.example");
    tls.renew();

    Ran ran = script("--renew", "--days", "7", certs(), "a.example");

    assertEquals(0, ran.exitCode(), ran.output());
    assertTrue(tls.renew().isPresent());
  }

  @Test
  void makesACertificateForAKeyThatWasLeftAlone() throws Exception {
    authority.node("a.example");
    byte[] key = Files.readAllBytes(authority.file("a.example.key"));
    Files.delete(authority.file("a.example.pem"));

    PeerTls tls = new PeerTls(authority.node("a.example"), "a.example");

    assertTrue(tls.renew().isPresent());
    assertArrayEquals(key, Files.readAllBytes(authority.file("a.example.key")));
  }

  @Test
  void tellsThatACertificateIsOfNoUseWithoutItsKey() throws Exception {
    authority.node("a.example");
    Files.delete(authority.file("a.example.key"));

    Ran ran = script(certs(), "a.example");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.output().contains("a.example.pem is of no use without its key"), ran.output());
  }

  @ParameterizedTest
  @ValueSource(strings = {"ca.key", "ca.pem"})
  void doesNotReplaceHalfAnAuthority(String lost) throws Exception {
    authority.node("a.example");
    Files.delete(authority.file(lost));

    Ran ran = script(certs(), "b.example");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.output().contains("both of them"), ran.output());
    assertFalse(Files.exists(authority.file(lost)));
  }

  @Test
  void tellsThatOpensslFailed() throws Exception {
    authority.node("a.example");
    Files.writeString(authority.file("ca.key"), "no key");

    Ran ran = script(certs(), "b.example");

    assertEquals(1, ran.exitCode());
    assertTrue(ran.output().contains("openssl failed"), ran.output());
    assertFalse(Files.exists(authority.file("b.example.key")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "-a", "ca", "../a", "a,", "a;b", "ä"})
  void refusesWhatIsNoHost(String host) throws Exception {
    assertEquals(64, script(certs(), host).exitCode());
    assertFalse(Files.exists(authority.file("")));
  }

  @Test
  void refusesWrongUsage() throws Exception {
    assertEquals(64, script().exitCode());
    assertEquals(64, script(certs()).exitCode());
    assertEquals(64, script("--days", "0", certs(), "a").exitCode());
    assertEquals(64, script("--days", "3651", certs(), "a").exitCode());
    assertEquals(64, script("--force", certs(), "a").exitCode());
  }

  @Test
  void tellsHowItIsUsed() throws Exception {
    Ran ran = script("--help");

    assertEquals(0, ran.exitCode());
    assertTrue(ran.output().startsWith("Usage: ops/cluster-certs"));
  }
}
