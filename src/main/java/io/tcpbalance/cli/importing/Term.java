package io.tcpbalance.cli.importing;

import java.util.List;

/** An Erlang term, as far as configurations hold them. */
sealed interface Term {

  /** Where it begins. */
  Place at();

  /**
   * A place in a text.
   *
   * @param line 1 and up
   * @param column 1 and up
   */
  record Place(int line, int column) {
    @Override
    public String toString() {
      return line + ":" + column;
    }
  }

  /** A name. */
  record Atom(Place at, String name) implements Term {}

  /** Between double quotes. */
  record Text(Place at, String value) implements Term {}

  /** A whole number that fits into 64 bits. */
  record Whole(Place at, long value) implements Term {}

  /** Any other number, as it is written. */
  record Fraction(Place at, String digits) implements Term {}

  /** In square brackets. */
  record Sequence(Place at, List<Term> elements) implements Term {}

  /** In curly braces. */
  record Tuple(Place at, List<Term> elements) implements Term {

    /** Whether it begins with this atom. */
    boolean isTagged(String name) {
      return !elements.isEmpty()
          && elements.get(0) instanceof Atom atom
          && atom.name().equals(name);
    }
  }
}
