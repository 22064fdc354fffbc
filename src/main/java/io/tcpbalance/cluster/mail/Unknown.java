package io.tcpbalance.cluster.mail;

/** An item of a newer version, which this one cannot do anything with; it has its number. */
public record Unknown() implements ToPool, ToNode {
  @Override
  public int roughBytes() {
    return 0;
  }
}
