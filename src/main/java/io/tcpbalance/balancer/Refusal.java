package io.tcpbalance.balancer;

/** Why a session gets no slot. */
public enum Refusal {
  /** As many wait as may wait. */
  QUEUE_FULL("the queue is full (queue.max-length)"),
  /** It waited as long as one may wait. */
  QUEUE_TIMEOUT("it waited as long as it may (queue.timeout)");

  private final String sentence;

  Refusal(String sentence) {
    this.sentence = sentence;
  }

  /** For a person, and what setting it comes from. */
  public String sentence() {
    return sentence;
  }
}
