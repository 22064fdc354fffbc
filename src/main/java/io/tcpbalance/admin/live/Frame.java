package io.tcpbalance.admin.live;

import org.apache.pekko.util.ByteString;

/**
 * One event as viewers get it.
 *
 * @param whole whether it holds the whole state, so that nothing before it matters
 */
record Frame(ByteString bytes, boolean whole) {}
