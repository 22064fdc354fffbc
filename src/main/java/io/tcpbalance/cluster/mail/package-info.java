/**
 * What the nodes of a cluster tell each other, and its form on the wire. {@link
 * io.tcpbalance.cluster.mail.Letter}s are all that goes between nodes; those of a pool carry {@link
 * io.tcpbalance.cluster.mail.ToPool} and {@link io.tcpbalance.cluster.mail.ToNode}. Records only;
 * what is done about them is decided in the package above, which this one does not know.
 *
 * <p>{@code cluster.remote} uses the same form for what it sends besides.
 *
 * <p>The wire has a form of its own, which can name nothing but these types, whatever the bytes
 * say: {@link io.tcpbalance.cluster.mail.MailCodec} has its rules.
 */
@NullMarked
package io.tcpbalance.cluster.mail;

import org.jspecify.annotations.NullMarked;
