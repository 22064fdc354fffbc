package io.tcpbalance.cluster.mail;

/**
 * Mail on its way; the one type of message that nodes send each other for shared pools.
 *
 * @param to the life of the node that is meant: to others it says nothing
 * @param form what the sender writes and understands, see {@link #FORM}
 */
public record Letter(NodeId from, NodeId to, Mail mail, int form) {

  /**
   * Counts what was ever added to the form. A node understands all of the smaller ones, and of
   * greater ones what it knows. 1 did not tell its form, nor who holds slots and why there are no
   * grants; 2 did not know pieces.
   */
  public static final int FORM = 3;

  /** One of this version. */
  public Letter(NodeId from, NodeId to, Mail mail) {
    this(from, to, mail, FORM);
  }
}
