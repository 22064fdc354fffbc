package io.tcpbalance.admin.nodes;

import io.tcpbalance.admin.access.Identity;
import org.apache.pekko.util.ByteString;

/**
 * Something that one node asks another for, in the name of somebody whom it has let in.
 *
 * @param via the interface that he uses, one word, such as {@code http}
 * @param from the address of his connection
 * @param who who he is, and what he may do
 * @param method of HTTP; all but GET change something
 * @param target what is asked for; of HTTP the whole URI, as the client sees it
 * @param type of the body
 * @param body at most {@link #MAX_BODY_BYTES}
 */
public record RemoteRequest(
    String via,
    String from,
    Identity who,
    String method,
    String target,
    String type,
    ByteString body) {

  /** More than any interface takes from its clients. */
  public static final int MAX_BODY_BYTES = 128 * 1024;

  public RemoteRequest {
    if (body.size() > MAX_BODY_BYTES) {
      throw new IllegalArgumentException("a body of " + body.size() + " bytes");
    }
  }

  /** A request without a body. */
  public static RemoteRequest get(String via, String from, Identity who, String target) {
    return new RemoteRequest(
        via, from, who, "GET", target, "application/octet-stream", ByteString.emptyByteString());
  }

  /** The same, for those who do it: the audit trail there has to say which node let him in. */
  public RemoteRequest carriedBy(String node) {
    return new RemoteRequest(via + "@" + node, from, who, method, target, type, body);
  }

  public boolean isChange() {
    return !method.equals("GET");
  }
}
