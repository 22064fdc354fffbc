package io.tcpbalance.cluster.mail;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.util.ByteString;

/**
 * Some of an item that is too large for a message: its wire form is cut up. The pieces of an item
 * follow each other, with nothing between them.
 *
 * @param last whether the item is complete with this
 */
public record Piece(ByteString bytes, boolean last) implements ToPool, ToNode {

  /** The most bytes of an item that goes in one piece, and of a piece. */
  private static final int MOST_BYTES = 32_768;

  @Override
  public int roughBytes() {
    return 50 + bytes.size();
  }

  /** The item, or what it is cut into. */
  public static List<ToNode> of(ToNode item) {
    return of(item, ToNodeCodec::write);
  }

  /** The item, or what it is cut into. */
  public static List<ToPool> of(ToPool item) {
    return of(item, ToPoolCodec::write);
  }

  private static <T extends Item> List<T> of(T item, Function<T, Out> writer) {
    if (item.roughBytes() <= MOST_BYTES) {
      return List.of(item);
    }
    ByteString whole = ByteString.fromArrayUnsafe(writer.apply(item).toBytes());
    return whole.size() <= MOST_BYTES ? List.of(item) : cut(whole);
  }

  /** All are of both kinds. */
  @SuppressWarnings("unchecked")
  private static <T extends Item> List<T> cut(ByteString whole) {
    List<T> pieces = new ArrayList<>();
    for (int from = 0; from < whole.size(); from += MOST_BYTES) {
      int to = Math.min(whole.size(), from + MOST_BYTES);
      pieces.add((T) new Piece(whole.slice(from, to), to == whole.size()));
    }
    return pieces;
  }

  /** Puts items together of which some come in pieces. */
  public static final class Assembly<T extends Item> {

    /** Of one item: farms are smaller, and so is what there is of memory. */
    private static final int MOST_OF_AN_ITEM = 64 * 1024 * 1024;

    private final Function<In, T> reader;
    private final ByteArrayOutputStream begun = new ByteArrayOutputStream(0);

    private Assembly(Function<In, T> reader) {
      this.reader = reader;
    }

    public static Assembly<ToNode> toNode() {
      return new Assembly<>(ToNodeCodec::read);
    }

    public static Assembly<ToPool> toPool() {
      return new Assembly<>(ToPoolCodec::read);
    }

    /** Returns what is whole with this. An item that is too large is lost. */
    public Optional<T> add(T item) {
      if (!(item instanceof Piece piece)) {
        return Optional.of(item);
      }
      if (begun.size() <= MOST_OF_AN_ITEM) {
        begun.writeBytes(piece.bytes().toArrayUnsafe());
      }
      if (!piece.last()) {
        return Optional.empty();
      }
      byte[] whole = begun.toByteArray();
      begun.reset();
      return whole.length <= MOST_OF_AN_ITEM
          ? Optional.of(reader.apply(new In(whole))).filter(read -> !(read instanceof Piece))
          : Optional.empty();
    }
  }
}
