package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.ByteBuffer;

/**
 * The bytes that every answer to a request begins with: DONE with the request's version, and the
 * upper half of STAT, which is 0 since a wait status has 16 bits. Sent one at a time they keep a
 * client waiting that gives up after 300 s of silence; the byte after them would commit us to an
 * answer.
 */
public final class HeartBeat {

  /** How many bytes can be sent before an answer is known. */
  public static final int BYTES = 20;

  private final byte[] bytes;
  private int sent;

  /**
   * @param version the request's, as on the wire
   */
  public HeartBeat(int version) {
    this(version, 0);
  }

  /**
   * Goes on where another has stopped.
   *
   * @param version the request's, as on the wire
   * @param sent how many bytes were sent, 0 to {@link #BYTES}
   */
  public HeartBeat(int version, int sent) {
    if (version < 0 || version > 3) {
      throw new IllegalArgumentException("no version of distcc's protocol: " + version);
    }
    if (sent < 0 || sent > BYTES) {
      throw new IllegalArgumentException("no count of heart-beats: " + sent);
    }
    this.sent = sent;
    bytes = ("DONE0000000" + version + "STAT0000").getBytes(US_ASCII);
  }

  public boolean hasNext() {
    return sent < BYTES;
  }

  /**
   * The next byte, which counts as sent from now on.
   *
   * @throws IllegalStateException when all are sent
   */
  public ByteBuffer next() {
    if (!hasNext()) {
      throw new IllegalStateException("all " + BYTES + " heart-beats are sent");
    }
    return ByteBuffer.wrap(bytes, sent++, 1).slice().asReadOnlyBuffer();
  }

  public int sent() {
    return sent;
  }

  /**
   * Takes out of a piece of the real answer what the client has already.
   *
   * @param offset where in the answer the piece begins; 0 for a whole one
   */
  public void skipSent(ByteBuffer piece, long offset) {
    long known = Math.max(0, sent - offset);
    piece.position(piece.position() + (int) Math.min(known, piece.remaining()));
  }
}
