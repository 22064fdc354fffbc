package io.tcpbalance.state;

import com.fasterxml.jackson.databind.JsonNode;
import io.tcpbalance.config.BackendSettings;
import io.tcpbalance.config.OperatorState;
import io.tcpbalance.config.SlotLimit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/** A place in the recorded state that is being read; it knows where it is, for messages. */
final class StateNode {

  /** As {@link PoolChanges#word} writes them. */
  private static final Set<String> STATES = Set.of("up", "drain", "down");

  private final JsonNode node;
  private final String path;
  private final Set<String> known = new HashSet<>();

  StateNode(JsonNode node, String path) {
    this.node = node;
    this.path = path;
  }

  /** Reads an element of a list. */
  @FunctionalInterface
  interface Reader<T> {
    T read(StateNode element) throws UnreadableStateException;
  }

  boolean has(String field) {
    return node.has(field);
  }

  StateNode object(String field) throws UnreadableStateException {
    StateNode inner = member(field);
    if (!inner.node.isObject()) {
      throw inner.wrong("must be an object");
    }
    return inner;
  }

  Map<String, StateNode> members() {
    Map<String, StateNode> members = new LinkedHashMap<>();
    node.fieldNames().forEachRemaining(name -> members.put(name, member(name)));
    return members;
  }

  <T> List<T> list(String field, Reader<T> reader) throws UnreadableStateException {
    StateNode list = member(field);
    if (!list.node.isArray()) {
      throw list.wrong("must be a list");
    }
    List<T> elements = new ArrayList<>();
    for (JsonNode element : list.node) {
      elements.add(reader.read(new StateNode(element, list.path + "[" + elements.size() + "]")));
    }
    return elements;
  }

  int integer(String field, int min, int max) throws UnreadableStateException {
    StateNode value = member(field);
    if (!value.node.isInt() || value.node.intValue() < min || value.node.intValue() > max) {
      throw value.wrong("must be an integer from " + min + " to " + max);
    }
    return value.node.intValue();
  }

  SlotLimit slotLimit(String field) throws UnreadableStateException {
    boolean auto = SlotLimit.AUTO_WORD.equals(node.path(field).textValue());
    return auto ? auto(field) : SlotLimit.of(integer(field, 1, BackendSettings.MAX_CONNECTIONS));
  }

  private SlotLimit auto(String field) {
    known.add(field);
    return SlotLimit.AUTO;
  }

  String text(String field, Predicate<String> rule, String what) throws UnreadableStateException {
    return member(field).text(rule, what);
  }

  OperatorState state(String field) throws UnreadableStateException {
    String word = text(field, STATES::contains, "up, drain or down");
    return OperatorState.valueOf(word.toUpperCase(Locale.ROOT));
  }

  /** This element of a list, as the name of a back-end. */
  String name() throws UnreadableStateException {
    return text(BackendSettings::isName, "the name of a back-end");
  }

  /** This element of a list, as a compiler that a back-end has. */
  String compiler() throws UnreadableStateException {
    return text(BackendSettings::isCompilerPattern, "the name of a compiler");
  }

  private String text(Predicate<String> rule, String what) throws UnreadableStateException {
    if (!node.isTextual() || !rule.test(node.textValue())) {
      throw wrong("must be " + what);
    }
    return node.textValue();
  }

  /** To be called when all fields have been read. */
  void finish() throws UnreadableStateException {
    for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
      String name = names.next();
      if (!known.contains(name)) {
        throw member(name).wrong("is unknown");
      }
    }
  }

  UnreadableStateException wrong(String what) {
    return new UnreadableStateException((path.isEmpty() ? "it" : path) + " " + what);
  }

  /** An absent one is a missing node, which is neither object, list, number nor text. */
  private StateNode member(String field) {
    known.add(field);
    return new StateNode(node.path(field), path.isEmpty() ? field : path + "." + field);
  }
}
