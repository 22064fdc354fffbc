package io.tcpbalance.secrets;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What one shows of itself in TLS, and whom it trusts, in PEM files.
 *
 * @param certificate its own, then those that lead to a root
 * @param key that of the first certificate, without a passphrase
 * @param ca those who connect must show a certificate of one of these; empty: they need not
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> ca) {}
