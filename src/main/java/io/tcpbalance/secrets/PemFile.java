package io.tcpbalance.secrets;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A text file of blocks {@code -----BEGIN LABEL-----}, as of RFC 7468; other text is skipped. */
final class PemFile {

  /**
   * In a block: its label, and its contents in Base64 or a header that says how it is encrypted.
   */
  private record Block(String label, String contents) {}

  private static final Pattern BEGIN = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----");

  private static final String KEY_LABEL = "PRIVATE KEY";

  private final Path file;
  private final byte[] bytes;
  private final List<Block> blocks = new ArrayList<>();

  private PemFile(Path file, byte[] bytes) {
    this.file = file;
    this.bytes = bytes;
    String text = new String(bytes, ISO_8859_1);
    Matcher begin = BEGIN.matcher(text);
    int from = 0;
    while (from >= 0 && begin.find(from)) {
      int end = text.indexOf("-----END " + begin.group(1) + "-----", begin.end());
      if (end >= 0) {
        blocks.add(new Block(begin.group(1), text.substring(begin.end(), end)));
      }
      from = end;
    }
  }

  static PemFile read(Path file) throws BadSecretException {
    return new PemFile(file, SecretFile.read(file));
  }

  /** Whether the other one has the same in it. */
  boolean isSameAs(PemFile other) {
    return Arrays.equals(bytes, other.bytes);
  }

  /** Its certificates, one or more, in their order. */
  List<X509Certificate> certificates() throws BadSecretException {
    List<X509Certificate> certificates = new ArrayList<>();
    for (Block block : blocks) {
      if (block.label.equals("CERTIFICATE")) {
        certificates.add(certificate(decoded(block)));
      }
    }
    if (certificates.isEmpty()) {
      throw bad("has no certificate: no line -----BEGIN CERTIFICATE-----");
    }
    return certificates;
  }

  private X509Certificate certificate(byte[] der) throws BadSecretException {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(new ByteArrayInputStream(der));
    } catch (CertificateException e) {
      throw bad("has a certificate that cannot be read: " + e.getMessage());
    }
  }

  /**
   * Its private key in PKCS #8, the first one there is. The older forms of OpenSSL (PKCS #1, SEC 1)
   * are brought into that one: they lack only what kind of key it is, which the certificate says.
   */
  byte[] privateKeyFor(X509Certificate certificate) throws BadSecretException {
    Block key =
        blocks.stream()
            .filter(block -> block.label.endsWith(KEY_LABEL))
            .findFirst()
            .orElseThrow(() -> bad("has no private key: no line -----BEGIN PRIVATE KEY-----"));
    if (key.label.startsWith("ENCRYPTED") || key.contents.contains("ENCRYPTED")) {
      throw bad("is encrypted; take the passphrase off: openssl pkey -in FILE -out NEW-FILE");
    }
    byte[] der = decoded(key);
    return key.label.equals(KEY_LABEL)
        ? der
        : Der.privateKeyInfo(certificate.getPublicKey().getEncoded(), der);
  }

  private byte[] decoded(Block block) throws BadSecretException {
    try {
      return Base64.getMimeDecoder().decode(block.contents);
    } catch (IllegalArgumentException e) {
      throw bad("has a block " + block.label + " that is not Base64");
    }
  }

  BadSecretException bad(String reason) {
    return new BadSecretException(file, reason);
  }
}
