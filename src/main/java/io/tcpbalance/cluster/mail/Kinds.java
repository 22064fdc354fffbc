package io.tcpbalance.cluster.mail;

import java.util.HashMap;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Function;

/**
 * The kinds of one sort of thing: each has a name, by which it is known on the wire, and what
 * follows that. Immutable.
 *
 * @param <T> of what these are the kinds
 */
final class Kinds<T> {

  private record Kind<T>(String name, BiConsumer<Out, T> writer) {}

  private final Map<Class<?>, Kind<T>> byType;
  private final Map<String, Function<In, ? extends T>> readers;
  private final Function<In, ? extends T> otherwise;

  private Kinds(
      Map<Class<?>, Kind<T>> byType,
      Map<String, Function<In, ? extends T>> readers,
      Function<In, ? extends T> otherwise) {
    this.byType = byType;
    this.readers = readers;
    this.otherwise = otherwise;
  }

  /**
   * None yet.
   *
   * @param otherwise reads one of a newer version, whose name is not known here
   */
  static <T> Kinds<T> elseRead(Function<In, ? extends T> otherwise) {
    return new Kinds<>(Map.of(), Map.of(), otherwise);
  }

  /** One more. */
  <K extends T> Kinds<T> with(
      String name, Class<K> type, BiConsumer<Out, K> writer, Function<In, K> reader) {
    Map<Class<?>, Kind<T>> types = new HashMap<>(byType);
    types.put(type, new Kind<>(name, (out, value) -> writer.accept(out, type.cast(value))));
    Map<String, Function<In, ? extends T>> names = new HashMap<>(readers);
    names.put(name, reader);
    return new Kinds<>(types, names, otherwise);
  }

  /** One more, of which there is nothing to tell but that. */
  <K extends T> Kinds<T> with(String name, K value) {
    @SuppressWarnings("unchecked")
    Class<K> type = (Class<K>) value.getClass();
    return with(name, type, (out, v) -> {}, in -> value);
  }

  Out write(Out out, T value) {
    Kind<T> kind = byType.get(value.getClass());
    if (kind == null) {
      throw new IllegalArgumentException("has no form: " + value);
    }
    kind.writer.accept(out.text(kind.name), value);
    return out;
  }

  T read(In in) {
    return readers.getOrDefault(in.text(), otherwise).apply(in);
  }
}
