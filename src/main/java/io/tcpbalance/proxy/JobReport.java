package io.tcpbalance.proxy;

import java.net.SocketAddress;
import java.util.Collections;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What became of one distcc job. Names are as the client sent them: whoever shows them must escape
 * them.
 *
 * @param compiler if the request came so far
 * @param file if the request came so far, and names one
 * @param backend that answered, or had the job last; none if it got no slot
 * @param attempts how many back-ends were sent the request
 * @param requestBytes received of the request
 * @param responseBytes sent to the client, heart-beats included
 * @param receiveMs from the connection to the whole request
 * @param queueMs waited for slots, over all attempts
 * @param sendMs from the slot to the request sent, in the last attempt; connecting included
 * @param compileMs from the request sent to the whole answer, in the last attempt
 * @param replyMs from the whole answer to its last byte taken by the client's kernel
 * @param replays how often the job went to another back-end, by reason
 */
record JobReport(
    String proxy,
    SocketAddress client,
    Optional<String> compiler,
    Optional<String> file,
    JobOutcome outcome,
    Optional<String> backend,
    int attempts,
    long requestBytes,
    long responseBytes,
    long receiveMs,
    long queueMs,
    long sendMs,
    long compileMs,
    long replyMs,
    Map<ReplayReason, Integer> replays) {

  JobReport {
    // In the same order in every line.
    replays = Collections.unmodifiableMap(new TreeMap<>(replays));
  }
}
