package io.tcpbalance.cluster.mail;

import io.tcpbalance.cluster.mail.Mail.Frame;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * The wire form of mail between nodes. Only the types that are named here can be read, whatever the
 * bytes say.
 *
 * <p>Its rules are in the package's description. What was written by each version of the form
 * stands in the tests.
 */
final class MailCodec {

  private MailCodec() {}

  static String manifest(Mail mail) {
    if (mail instanceof Mail.FromNode) {
      return "N";
    } else if (mail instanceof Mail.FromPool) {
      return "P";
    } else if (mail instanceof Mail.Superseded) {
      return "S";
    } else if (mail instanceof Mail.Pulse) {
      return "Q";
    } else if (mail instanceof Mail.Echo) {
      return "E";
    } else if (mail instanceof Mail.Farewell) {
      return "F";
    }
    throw new IllegalArgumentException("no such mail: " + mail);
  }

  static byte[] encode(Letter letter) {
    Out out = new Out().node(letter.from()).node(letter.to());
    return out.raw(encode(letter.mail())).number(letter.form()).toBytes();
  }

  static Letter decodeLetter(String manifest, byte[] bytes) {
    In in = new In(bytes);
    return new Letter(in.node(), in.node(), decode(manifest, in.raw()), in.newerInteger(1));
  }

  static byte[] encode(Mail mail) {
    Out out = new Out();
    if (mail instanceof Mail.FromNode m) {
      ballot(out.text(m.pool()), m.ballot()).number(m.life());
      frame(out, m.frame(), ToPoolCodec::write);
    } else if (mail instanceof Mail.FromPool m) {
      ballot(out.text(m.pool()), m.ballot()).number(m.life());
      frame(out, m.frame(), ToNodeCodec::write);
    } else if (mail instanceof Mail.Superseded m) {
      ballot(out.text(m.pool()), m.by());
    } else if (mail instanceof Mail.Pulse m) {
      out.number(m.number());
    } else if (mail instanceof Mail.Echo m) {
      graves(out.number(m.number()), m.graves());
    }
    return out.toBytes();
  }

  static Mail decode(String manifest, byte[] bytes) {
    In in = new In(bytes);
    return switch (manifest) {
      case "N" ->
          new Mail.FromNode(in.text(), ballot(in), in.number(), frame(in, ToPoolCodec::read));
      case "P" ->
          new Mail.FromPool(in.text(), ballot(in), in.number(), frame(in, ToNodeCodec::read));
      case "S" -> new Mail.Superseded(in.text(), ballot(in));
      case "Q" -> new Mail.Pulse(in.number());
      case "E" -> new Mail.Echo(in.number(), graves(in));
      case "F" -> new Mail.Farewell();
      default -> throw new IllegalArgumentException("no such mail: " + manifest);
    };
  }

  private static Out ballot(Out out, Ballot ballot) {
    return out.number(ballot.term()).node(ballot.node());
  }

  private static Ballot ballot(In in) {
    return new Ballot(in.number(), in.node());
  }

  static void graves(Out out, Map<NodeId, Long> graves) {
    out.list(graves.entrySet(), (o, grave) -> o.node(grave.getKey()).number(grave.getValue()));
  }

  static Map<NodeId, Long> graves(In in) {
    Map<NodeId, Long> graves = new HashMap<>();
    in.list(i -> graves.put(i.node(), i.number()));
    return graves;
  }

  private static <T extends Item> void frame(Out out, Frame<T> frame, Function<T, Out> writer) {
    out.number(frame.first()).number(frame.acknowledged());
    out.list(frame.items(), (o, item) -> o.raw(writer.apply(item).toBytes()));
  }

  private static <T extends Item> Frame<T> frame(In in, Function<In, T> reader) {
    long first = in.number();
    long acknowledged = in.number();
    List<T> items = in.list(i -> reader.apply(new In(i.raw())));
    return new Frame<>(first, acknowledged, items);
  }
}
