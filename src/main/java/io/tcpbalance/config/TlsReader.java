package io.tcpbalance.config;

import io.tcpbalance.secrets.BadSecretException;
import io.tcpbalance.secrets.PeerTls;
import io.tcpbalance.secrets.ServerTls;
import io.tcpbalance.secrets.TlsFiles;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Reads a block {@code tls}, and looks whether its files can be used. */
final class TlsReader {

  private final Section section;

  TlsReader(Section section) {
    this.section = section;
  }

  /** Of a server; empty if something is wrong, which is told. */
  Optional<TlsFiles> ofServer() {
    Optional<Path> certificate = file("certificate", section.string("certificate"));
    Optional<Path> key = file("key", section.string("key"));
    Optional<Path> ca = file("client-ca", section.optionalString("client-ca"));
    section.rejectUnknownKeys();
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    return checked(new TlsFiles(certificate.get(), key.get(), ca), "client-ca", ServerTls::check);
  }

  /**
   * Of a node among equals; empty if something is wrong, which is told.
   *
   * @param host the name by which the others call it
   */
  Optional<TlsFiles> ofNode(String host) {
    Optional<Path> certificate = file("certificate", section.string("certificate"));
    Optional<Path> key = file("key", section.string("key"));
    Optional<Path> ca = file("ca", section.string("ca"));
    section.rejectUnknownKeys();
    if (certificate.isEmpty() || key.isEmpty() || ca.isEmpty()) {
      return Optional.empty();
    }
    return checked(
        new TlsFiles(certificate.get(), key.get(), ca), "ca", files -> PeerTls.check(files, host));
  }

  private Optional<Path> file(String key, Optional<String> name) {
    return name.flatMap(text -> section.file(key, text));
  }

  private Optional<TlsFiles> checked(
      TlsFiles files, String caKey, Function<TlsFiles, List<BadSecretException>> check) {
    for (BadSecretException wrong : check.apply(files)) {
      section.error(keyOf(wrong.file(), files, caKey), String.valueOf(wrong.getMessage()));
    }
    return Optional.of(files);
  }

  private static String keyOf(Path file, TlsFiles files, String caKey) {
    if (file.equals(files.key())) {
      return "key";
    }
    return file.equals(files.certificate()) ? "certificate" : caKey;
  }
}
