package io.tcpbalance.balancer;

/** Why a session gets no slot. */
public enum Refusal {
  /** As many wait as may wait. */
  QUEUE_FULL("the queue is full (queue.max-length)"),
  /** It waited as long as one may wait. */
  QUEUE_TIMEOUT("it waited as long as it may (queue.timeout)"),
  /** No back-end of the roster, or not the only one that would do, lists its compiler. */
  NO_COMPILER("no back-end has its compiler (compilers)"),
  /** The only back-end that would do has no free slot now. */
  NO_FREE_SLOT("the back-end has no free slot"),
  /** The only back-end that would do is unknown, or out of service. */
  NO_SUCH_BACKEND("the back-end is unknown or out of service");

  private final String sentence;

  Refusal(String sentence) {
    this.sentence = sentence;
  }

  /** For a person, and what setting it comes from. */
  public String sentence() {
    return sentence;
  }
}
