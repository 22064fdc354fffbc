package io.tcpbalance.cluster.remote;

import io.tcpbalance.admin.nodes.RemoteAnswer;
import org.apache.pekko.util.ByteString;

/** An answer that comes in parts, in order. */
final class Incoming {

  private final Parcel.Reply first;
  private ByteString body;

  Incoming(Parcel.Reply first) {
    this.first = first;
    body = first.begin();
  }

  /** Adds what follows, and returns true; anything else is ignored. */
  boolean add(Parcel.Part part) {
    int size = part.bytes().size();
    boolean fits = part.from() == body.size() && size > 0 && size <= first.size() - body.size();
    if (fits) {
      body = body.concat(part.bytes());
    }
    return fits;
  }

  /** How many bytes have come. */
  int size() {
    return body.size();
  }

  boolean isWhole() {
    return body.size() == first.size();
  }

  RemoteAnswer answer() {
    return new RemoteAnswer(first.status(), first.type(), first.headers(), body.compact());
  }
}
