package io.tcpbalance.cluster.mail;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Reads what {@link Out} wrote. Everything throws {@link IllegalArgumentException} where the bytes
 * make no sense, and reserves no more memory than there are bytes.
 */
public final class In {

  private final ByteBuffer bytes;

  public In(byte[] bytes) {
    this.bytes = ByteBuffer.wrap(bytes);
  }

  public long number() {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      long b = next();
      value |= (b & 0x7f) << shift;
      if ((b & 0x80) == 0) {
        return (value >>> 1) ^ -(value & 1);
      }
    }
    throw new IllegalArgumentException("a number of more than 64 bits");
  }

  public int integer() {
    long value = number();
    if (value != (int) value) {
      throw new IllegalArgumentException("a number of more than 32 bits: " + value);
    }
    return (int) value;
  }

  public boolean bool() {
    return next() != 0;
  }

  private byte next() {
    if (!bytes.hasRemaining()) {
      throw new IllegalArgumentException("the message is cut off");
    }
    return bytes.get();
  }

  public byte[] raw() {
    byte[] value = new byte[count()];
    bytes.get(value);
    return value;
  }

  /** Each of what is counted takes a byte at least. */
  private int count() {
    int count = integer();
    if (count < 0 || count > bytes.remaining()) {
      throw new IllegalArgumentException("the message is cut off");
    }
    return count;
  }

  public String text() {
    return new String(raw(), UTF_8);
  }

  public <E extends Enum<E>> E name(Class<E> type) {
    return Enum.valueOf(type, text());
  }

  /** One of a newer version is taken for this. */
  public <E extends Enum<E>> E name(Class<E> type, E otherwise) {
    String name = text();
    for (E known : type.getEnumConstants()) {
      if (known.name().equals(name)) {
        return known;
      }
    }
    return otherwise;
  }

  public Instant instant() {
    long seconds = number();
    long nanos = number();
    try {
      return Instant.ofEpochSecond(seconds, nanos);
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("no moment: " + seconds, e);
    }
  }

  public NodeId node() {
    return new NodeId(text(), integer(), number());
  }

  public InetSocketAddress address() {
    byte[] ip = raw();
    String host = text();
    int port = integer();
    try {
      return ip.length == 0
          ? InetSocketAddress.createUnresolved(host, port)
          : new InetSocketAddress(InetAddress.getByAddress(ip), port);
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("no address of " + ip.length + " bytes", e);
    }
  }

  public <T> List<T> list(Function<In, T> reader) {
    int count = count();
    List<T> values = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      values.add(reader.apply(this));
    }
    return values;
  }

  public List<String> texts() {
    return list(In::text);
  }

  /** What older versions did not write: nothing is left where it would be. */
  int newerInteger(int otherwise) {
    return bytes.hasRemaining() ? integer() : otherwise;
  }

  /** As {@link #newerInteger}. */
  <T> List<T> newerList(Function<In, T> reader) {
    return bytes.hasRemaining() ? list(reader) : List.of();
  }

  public <T> Optional<T> optional(Function<In, T> reader) {
    return bool() ? Optional.of(reader.apply(this)) : Optional.empty();
  }
}
