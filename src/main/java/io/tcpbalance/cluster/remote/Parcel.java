package io.tcpbalance.cluster.remote;

import io.tcpbalance.admin.nodes.RemoteAnswer.Header;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.cluster.mail.NodeId;
import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * The one type of message that nodes send each other for remote control. It may be lost.
 *
 * @param to the life of the node that is meant: to others it says nothing
 */
record Parcel(NodeId from, NodeId to, Content content) {

  /** What is in it. */
  sealed interface Content {

    /** The number that the node which asks gave its question. */
    long id();
  }

  /** A question. */
  record Question(long id, RemoteRequest request) implements Content {}

  /**
   * The beginning of its answer, perhaps all.
   *
   * @param size of the whole body in bytes
   */
  record Reply(long id, int status, String type, List<Header> headers, int size, ByteString begin)
      implements Content {
    Reply {
      if (size > Outgoing.MAX_BYTES || begin.size() > size) {
        throw new IllegalArgumentException("an answer of " + size + " bytes");
      }
      headers = List.copyOf(headers);
    }
  }

  /** Asks for what follows the first so many bytes. */
  record More(long id, int from) implements Content {}

  /** It. */
  record Part(long id, int from, ByteString bytes) implements Content {}
}
