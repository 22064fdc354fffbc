package io.tcpbalance.testing;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Writes what distcc's client and server write, and, token by token, what they never would. */
public final class DistccWire {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();

  /** A request of version 0, 1 or 2; {@code source} is sent as it is, compressed or not. */
  public static byte[] request(int version, List<String> argv, byte[] source) {
    return new DistccWire().token("DIST", version).argv(argv).body("DOTI", source).bytes();
  }

  /**
   * A pump request, version 3.
   *
   * @param files by name; a String is a link's target, bytes are a file
   */
  public static byte[] pumpRequest(String directory, List<String> argv, Map<String, ?> files) {
    DistccWire wire =
        new DistccWire()
            .token("DIST", 3)
            .body("CDIR", directory)
            .argv(argv)
            .token("NFIL", files.size());
    files.forEach(
        (name, content) -> {
          wire.body("NAME", name);
          if (content instanceof String target) {
            wire.body("LINK", target);
          } else {
            wire.body("FILE", (byte[]) content);
          }
        });
    return wire.bytes();
  }

  /** An answer without a dependency file, as all are but those to a pump request that compiled. */
  public static byte[] response(int version, int status, byte[] messages, byte[] object) {
    return new DistccWire()
        .token("DONE", version)
        .token("STAT", status)
        .body("SERR", messages)
        .token("SOUT", 0)
        .body("DOTO", object)
        .bytes();
  }

  public DistccWire token(String tag, long value) {
    return raw(String.format(Locale.ROOT, "%s%08x", tag, value));
  }

  public DistccWire body(String tag, byte[] body) {
    token(tag, body.length);
    out.writeBytes(body);
    return this;
  }

  public DistccWire body(String tag, String body) {
    return body(tag, body.getBytes(UTF_8));
  }

  public DistccWire argv(List<String> argv) {
    token("ARGC", argv.size());
    argv.forEach(argument -> body("ARGV", argument));
    return this;
  }

  public DistccWire raw(String text) {
    out.writeBytes(text.getBytes(UTF_8));
    return this;
  }

  public byte[] bytes() {
    return out.toByteArray();
  }
}
