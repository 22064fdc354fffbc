package io.tcpbalance.distcc;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;

/**
 * What Debian's distcc 3.4 and distccd 3.4 sent each other, in src/test/resources/distcc:
 * v<em>version</em>_<em>source</em>.req and .resp. {@code bad} is a compile error, {@code warn} has
 * warnings, {@code md} asks for dependencies; the request of v1_io was too large to keep.
 */
final class Captures {
  private static final List<String> SOURCES =
      List.of("small", "bad", "warn", "hello", "hello_md", "io");

  private Captures() {}

  static Stream<String> requests() {
    return all(".req").filter(name -> !name.equals("v1_io.req"));
  }

  static Stream<String> responses() {
    return all(".resp");
  }

  private static Stream<String> all(String suffix) {
    return Stream.of(1, 2, 3)
        .flatMap(version -> SOURCES.stream().map(source -> "v" + version + "_" + source + suffix));
  }

  static int version(String name) {
    return name.charAt(1) - '0';
  }

  static byte[] bytes(String name) {
    try (InputStream in = Captures.class.getResourceAsStream("/distcc/" + name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  /** The body of a capture's first token of that name. */
  static byte[] body(String name, String tag) {
    byte[] all = bytes(name);
    int at = new String(all, ISO_8859_1).indexOf(tag);
    int length = Integer.parseInt(new String(all, at + 4, 8, US_ASCII), 16);
    return Arrays.copyOfRange(all, at + 12, at + 12 + length);
  }
}
