package io.tcpbalance.secrets;

import java.nio.file.Path;
import java.util.Optional;

/**
 * What a TLS server shows of itself, and whom it trusts, in PEM files.
 *
 * @param certificate the server's own, then those that lead to a root
 * @param key that of the first certificate, without a passphrase
 * @param clientCa clients must show a certificate of one of these; empty: they need not
 */
public record TlsFiles(Path certificate, Path key, Optional<Path> clientCa) {}
