package io.tcpbalance.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.util.List;

/**
 * A client that is given away while it has no back-end, with all that was read of it and sent to
 * it. Its socket is registered nowhere.
 *
 * @param received what came from it; to be read, not changed
 * @param inputEnded whether its stream has ended after that
 * @param heardBytes how many bytes of its answer it has, as heart-beats; of a job only
 * @param lastAnswer what it gets if there is no better answer; empty if there is none
 * @param copied is to be run, by any thread, when the bytes have been copied: their memory is then
 *     used for others
 */
public record Surrendered(
    SocketChannel channel,
    List<ByteBuffer> received,
    boolean inputEnded,
    int heardBytes,
    List<ByteBuffer> lastAnswer,
    Runnable copied) {

  public Surrendered {
    received = List.copyOf(received);
    lastAnswer = List.copyOf(lastAnswer);
  }

  /** Nobody takes it: gives its memory back, and closes its socket. */
  public void discard() {
    copied.run();
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is released all the same.
    }
  }
}
