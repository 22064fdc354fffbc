package io.tcpbalance.cluster;

/** An item of a newer version, which this one cannot do anything with; it has its number. */
record Unknown() implements ToPool, ToNode {
  @Override
  public int roughBytes() {
    return 0;
  }
}
