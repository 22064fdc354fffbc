package io.tcpbalance.bench.soak;

import java.util.concurrent.CountDownLatch;

/** What goes on, in a thread of its own, for as long as the soak does. */
interface Activity {

  /**
   * Returns soon after the end, with everything as it was at the beginning. What it throws is an
   * error of the soak.
   *
   * @param end opens when it is over; pauses wait for it
   */
  void run(CountDownLatch end) throws Exception;
}
