package io.tcpbalance.cluster.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Instant;
import java.util.Collection;
import java.util.Optional;
import java.util.function.BiConsumer;

/** Writes the wire form: see {@link MailCodec}. What it writes, {@link In} reads. */
public final class Out {

  private final ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);

  public byte[] toBytes() {
    return bytes.toByteArray();
  }

  public Out number(long value) {
    // Seven bits a byte, the lowest first; the sign in the lowest of all.
    long left = (value << 1) ^ (value >> 63);
    while ((left & ~0x7fL) != 0) {
      bytes.write((int) ((left & 0x7f) | 0x80));
      left >>>= 7;
    }
    bytes.write((int) left);
    return this;
  }

  public Out bool(boolean value) {
    bytes.write(value ? 1 : 0);
    return this;
  }

  public Out raw(byte[] value) {
    number(value.length);
    bytes.writeBytes(value);
    return this;
  }

  public Out text(String value) {
    return raw(value.getBytes(UTF_8));
  }

  public Out name(Enum<?> value) {
    return text(value.name());
  }

  public Out instant(Instant value) {
    return number(value.getEpochSecond()).number(value.getNano());
  }

  public Out node(NodeId value) {
    return text(value.host()).number(value.port()).number(value.uid());
  }

  /** Only the literal address, or a name that was never looked up. */
  public Out address(InetSocketAddress value) {
    InetAddress ip = value.getAddress();
    raw(ip == null ? new byte[0] : ip.getAddress());
    text(ip == null ? value.getHostString() : "");
    return number(value.getPort());
  }

  public <T> Out list(Collection<T> values, BiConsumer<Out, T> writer) {
    number(values.size());
    values.forEach(value -> writer.accept(this, value));
    return this;
  }

  public Out texts(Collection<String> values) {
    return list(values, Out::text);
  }

  public <T> Out optional(Optional<T> value, BiConsumer<Out, T> writer) {
    bool(value.isPresent());
    value.ifPresent(present -> writer.accept(this, present));
    return this;
  }
}
