package io.tcpbalance.config;

import io.tcpbalance.secrets.BadSecretException;
import io.tcpbalance.secrets.ServerTls;
import io.tcpbalance.secrets.TlsFiles;
import java.nio.file.Path;
import java.util.Optional;

/** Reads a block {@code tls}, and looks whether its files can be used. */
final class TlsReader {

  private final Section section;

  TlsReader(Section section) {
    this.section = section;
  }

  /** Empty if something is wrong, which is told. */
  Optional<TlsFiles> read() {
    Optional<Path> certificate = file("certificate", section.string("certificate"));
    Optional<Path> key = file("key", section.string("key"));
    Optional<Path> clientCa = file("client-ca", section.optionalString("client-ca"));
    section.rejectUnknownKeys();
    if (certificate.isEmpty() || key.isEmpty()) {
      return Optional.empty();
    }
    TlsFiles files = new TlsFiles(certificate.get(), key.get(), clientCa);
    for (BadSecretException wrong : ServerTls.check(files)) {
      section.error(keyOf(wrong.file(), files), String.valueOf(wrong.getMessage()));
    }
    return Optional.of(files);
  }

  private Optional<Path> file(String key, Optional<String> name) {
    return name.flatMap(text -> section.file(key, text));
  }

  private static String keyOf(Path file, TlsFiles files) {
    if (file.equals(files.key())) {
      return "key";
    }
    return file.equals(files.certificate()) ? "certificate" : "client-ca";
  }
}
