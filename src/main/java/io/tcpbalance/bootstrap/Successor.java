package io.tcpbalance.bootstrap;

import java.nio.ByteBuffer;
import java.nio.channels.Channel;
import java.nio.channels.SocketChannel;
import java.util.List;
import java.util.Map;

/**
 * The generation that follows, for the one that it follows. What is told in bytes is JSON that
 * bears a version. Any thread may call; but for {@link #begin} and {@link #openInterfaces}, nothing
 * waits, and but for the former nothing throws.
 */
public interface Successor {

  /**
   * Gets ready to serve with what the predecessor has; returns when it is. It uses no listening
   * socket before {@link #openDoors}.
   *
   * @param channels the listening sockets, registered nowhere, and what else is to be kept open, by
   *     name; the successor's once it has returned
   * @throws Exception if it cannot; then it uses none of the channels, and leaves them open
   */
  void begin(byte[] snapshot, Map<String, Channel> channels) throws Exception;

  /**
   * Takes a client that wants a slot.
   *
   * @param past what is known of it
   * @param received the bytes that it has sent, to be copied
   * @param lastAnswer the bytes of what it gets if there is no better answer, to be copied
   * @param copied is to be run when they are copied, by any thread
   */
  void adopt(
      byte[] past,
      SocketChannel client,
      List<ByteBuffer> received,
      List<ByteBuffer> lastAnswer,
      Runnable copied);

  /** News of a slot that one of the predecessor's sessions has, or of a client who was to come. */
  void tell(byte[] news);

  /** The predecessor uses the listening sockets no more: who comes is the successor's. */
  void openDoors();

  /**
   * The predecessor's interfaces allow others at their addresses, and go when this returns: when
   * the successor's listen.
   */
  void openInterfaces();
}
