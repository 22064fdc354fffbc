/**
 * Secrets that people keep in files of their own: tokens, certificates and their keys. A leaf: the
 * configuration checks with it what the servers then load with it.
 *
 * <p>Files are told apart by what is in them, not by their time or size: what renews them renames,
 * links and mounts as it likes.
 */
@NullMarked
package io.tcpbalance.secrets;

import org.jspecify.annotations.NullMarked;
