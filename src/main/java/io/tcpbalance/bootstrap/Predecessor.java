package io.tcpbalance.bootstrap;

/**
 * The generation that serves, for the one that is to follow it. What is told in bytes is JSON that
 * bears a version. Any thread may call.
 */
public interface Predecessor {

  /**
   * What it serves and how, so that the successor can tell whether it is able to take over. Once it
   * has handed over: also what its interfaces remember, which the successor's go on with.
   */
  byte[] description();

  /**
   * Hands everything over: the one step in which the generations change places. Waits for it.
   *
   * @throws Exception if nothing has changed
   */
  void handOver(Successor successor) throws Exception;

  /**
   * News for one of its sessions that has a slot of the successor's. Does nothing if all is over.
   */
  void tell(byte[] news);

  /** Says why the successor will not take over, in a sentence, before its run ends. */
  void refuse(String reason);
}
