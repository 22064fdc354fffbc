package io.tcpbalance.cluster.remote;

import io.tcpbalance.admin.access.Identity;
import io.tcpbalance.admin.nodes.RemoteAnswer.Header;
import io.tcpbalance.admin.nodes.RemoteRequest;
import io.tcpbalance.cluster.mail.In;
import io.tcpbalance.cluster.mail.Out;
import io.tcpbalance.cluster.remote.Parcel.Content;
import io.tcpbalance.config.Role;
import org.apache.pekko.util.ByteString;

/**
 * The wire form of parcels, by the rules of the mail between shared pools: fields are only ever
 * added, at the end, and bytes after those that a reader knows are ignored. Only the types that are
 * named here can be read, whatever the bytes say.
 */
final class ParcelCodec {

  private ParcelCodec() {}

  static String manifest(Content content) {
    if (content instanceof Parcel.Question) {
      return "Q";
    } else if (content instanceof Parcel.Reply) {
      return "R";
    } else if (content instanceof Parcel.More) {
      return "M";
    } else if (content instanceof Parcel.Part) {
      return "P";
    }
    throw new IllegalArgumentException("no such parcel: " + content);
  }

  static byte[] encode(Parcel parcel) {
    Out out = new Out().node(parcel.from()).node(parcel.to()).number(parcel.content().id());
    if (parcel.content() instanceof Parcel.Question m) {
      request(out, m.request());
    } else if (parcel.content() instanceof Parcel.Reply m) {
      out.number(m.status()).text(m.type());
      out.list(m.headers(), (o, header) -> o.text(header.name()).text(header.value()));
      bytes(out.number(m.size()), m.begin());
    } else if (parcel.content() instanceof Parcel.More m) {
      out.number(m.from());
    } else if (parcel.content() instanceof Parcel.Part m) {
      bytes(out.number(m.from()), m.bytes());
    }
    return out.toBytes();
  }

  /**
   * Reads one.
   *
   * @throws IllegalArgumentException if the bytes make no sense
   */
  static Parcel decode(String manifest, byte[] bytes) {
    In in = new In(bytes);
    return new Parcel(in.node(), in.node(), content(manifest, in.number(), in));
  }

  private static Content content(String manifest, long id, In in) {
    return switch (manifest) {
      case "Q" -> new Parcel.Question(id, request(in));
      case "R" ->
          new Parcel.Reply(
              id,
              in.integer(),
              in.text(),
              in.list(i -> new Header(i.text(), i.text())),
              in.integer(),
              bytes(in));
      case "M" -> new Parcel.More(id, in.integer());
      case "P" -> new Parcel.Part(id, in.integer(), bytes(in));
      default -> throw new IllegalArgumentException("no such parcel: " + manifest);
    };
  }

  private static void request(Out out, RemoteRequest request) {
    out.text(request.via()).text(request.from());
    out.optional(request.who().name(), Out::text).name(request.who().role());
    out.text(request.method()).text(request.target()).text(request.type());
    bytes(out, request.body());
  }

  /** Whoever has a role that is not known here may do the least. */
  private static RemoteRequest request(In in) {
    return new RemoteRequest(
        in.text(),
        in.text(),
        new Identity(in.optional(In::text), in.name(Role.class, Role.VIEW)),
        in.text(),
        in.text(),
        in.text(),
        bytes(in));
  }

  private static void bytes(Out out, ByteString bytes) {
    out.raw(bytes.toArrayUnsafe());
  }

  private static ByteString bytes(In in) {
    return ByteString.fromArrayUnsafe(in.raw());
  }
}
