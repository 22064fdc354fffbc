package io.tcpbalance.admin.nodes;

import java.util.List;
import org.apache.pekko.util.ByteString;

/**
 * What came of a {@link RemoteRequest}.
 *
 * @param status of HTTP
 * @param type of the body
 * @param headers that are particular to this answer
 */
public record RemoteAnswer(int status, String type, List<Header> headers, ByteString body) {

  /** A header of HTTP. */
  public record Header(String name, String value) {}

  public static final String JSON = "application/json";

  public RemoteAnswer {
    headers = List.copyOf(headers);
  }

  /** An answer in JSON. */
  public static RemoteAnswer json(int status, byte[] body) {
    return new RemoteAnswer(status, JSON, List.of(), ByteString.fromArrayUnsafe(body));
  }

  public boolean isGood() {
    return status / 100 == 2;
  }
}
