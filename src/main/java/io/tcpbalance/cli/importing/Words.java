package io.tcpbalance.cli.importing;

import java.util.List;
import java.util.stream.Collectors;

/** Terms as a person recognizes them: not too much of them, and printable. */
final class Words {

  private static final int LONGEST = 40;

  private Words() {}

  static String of(Term term) {
    String all = written(term, 3);
    return (all.length() > LONGEST ? all.substring(0, LONGEST) + "..." : all)
        .replaceAll("\\p{C}", "?");
  }

  static String written(Term term, int levels) {
    if (term instanceof Term.Atom atom) {
      return atom.name();
    }
    if (term instanceof Term.Text text) {
      return "\"" + text.value() + "\"";
    }
    if (term instanceof Term.Whole whole) {
      return String.valueOf(whole.value());
    }
    if (term instanceof Term.Fraction fraction) {
      return fraction.digits();
    }
    if (term instanceof Term.Tuple tuple) {
      return "{" + joined(tuple.elements(), levels) + "}";
    }
    if (term instanceof Term.Sequence list) {
      return "[" + joined(list.elements(), levels) + "]";
    }
    throw new AssertionError("no such term");
  }

  private static String joined(List<Term> elements, int levels) {
    return levels == 0
        ? "..."
        : elements.stream()
            .limit(LONGEST)
            .map(element -> written(element, levels - 1))
            .collect(Collectors.joining(", "));
  }
}
