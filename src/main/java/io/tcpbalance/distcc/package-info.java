/**
 * distcc's wire format: incremental parsers of a request and of an answer, what an answer says of
 * the host that gave it, which jobs may run at all, and the few answers that we write ourselves. A
 * leaf: knows no other package, no actor, no clock and no socket.
 *
 * <p>Where the rules come from: distcc's doc/protocol-1.txt to -3.txt and, where they are silent,
 * the behaviour of its sources (v3.4: rpc.c, srvrpc.c, clirpc.c, filename.c, exitcode.h) and of
 * Debian's binaries; the captures in src/test/resources/distcc are from those. A token is 4 ASCII
 * bytes and 8 hexadecimal digits; for some tokens the number is the length of a body that follows.
 *
 * <pre>
 * request  v1, v2  DIST ver  ARGC n  n × ARGV body  DOTI body
 *          v3      DIST 3  CDIR body  ARGC n  n × ARGV body
 *                  NFIL k  k × (NAME body  (FILE body | LINK body))
 * answer           DONE ver  STAT wait-status  SERR body  SOUT body  DOTO body
 *                  and DOTD body, if v3 and STAT = 0
 * </pre>
 *
 * <p>In v2 and v3 DOTI, FILE, SERR, SOUT, DOTO and DOTD are compressed, each body one block of
 * LZO1X; an empty one has no body. The protocol has no limits; {@link
 * io.tcpbalance.distcc.WireLimits} has.
 *
 * <p>Why parsers that are pushed and never look back: the same bytes give the same result however
 * they are split; a body is counted, not copied, so the cost is that of the tokens; and nothing is
 * allocated because a peer announced a size, only because bytes came.
 */
@NullMarked
package io.tcpbalance.distcc;

import org.jspecify.annotations.NullMarked;
