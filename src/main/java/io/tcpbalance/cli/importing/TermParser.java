package io.tcpbalance.cli.importing;

import io.tcpbalance.cli.importing.Term.Place;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads one Erlang term that ends with a full stop, as {@code file:consult/1} does. Of binaries,
 * maps, pids and functions, which no configuration of the original holds, it says that they are not
 * known here. Made for one text, used once.
 */
final class TermParser {

  /** Deeper than any configuration; each level takes some of the stack. */
  private static final int MOST_LEVELS = 100;

  private static final Pattern ATOM = Pattern.compile("[a-z][A-Za-z0-9_@]*");
  private static final Pattern FRACTION = Pattern.compile("[+-]?[0-9]+\\.[0-9]+([eE][+-]?[0-9]+)?");
  private static final Pattern WHOLE = Pattern.compile("([+-]?)(?:([0-9]{1,2})#)?([0-9A-Za-z]+)");
  private static final Pattern NUMBER_BEGIN = Pattern.compile("[+-]?[0-9]");

  private final String text;
  private int next;
  private int line = 1;
  private int lineBegin;

  private TermParser(String text) {
    this.text = text;
  }

  /** Reads the text, which must hold one term and a full stop. */
  static Term parse(String text) throws ImportException {
    TermParser parser = new TermParser(text);
    Term term = parser.term(0);
    parser.expect('.', "a full stop behind the term");
    parser.skipSpace();
    if (parser.next < text.length()) {
      throw parser.error("there is more behind the full stop; one term is expected");
    }
    return term;
  }

  private Term term(int level) throws ImportException {
    skipSpace();
    if (level > MOST_LEVELS) {
      throw error("nested too deeply");
    }
    Place at = place();
    char c = peek();
    return switch (c) {
      case '[' -> new Term.Sequence(at, elements(']', level));
      case '{' -> new Term.Tuple(at, elements('}', level));
      case '"' -> new Term.Text(at, quoted('"'));
      case '\'' -> new Term.Atom(at, quoted('\''));
      default -> word(at);
    };
  }

  private List<Term> elements(char end, int level) throws ImportException {
    next++;
    List<Term> elements = new ArrayList<>();
    skipSpace();
    if (peek() == end) {
      next++;
      return elements;
    }
    while (true) {
      elements.add(term(level + 1));
      skipSpace();
      char c = peek();
      if (c == end) {
        next++;
        return elements;
      }
      expect(',', "',' or '" + end + "'");
    }
  }

  private Term word(Place at) throws ImportException {
    if (looksAt(NUMBER_BEGIN).lookingAt()) {
      return number(at);
    }
    Matcher atom = looksAt(ATOM);
    if (!atom.lookingAt()) {
      throw error("a list, a tuple, a text, a number or an atom is expected here");
    }
    next = atom.end();
    return new Term.Atom(at, atom.group());
  }

  private Term number(Place at) throws ImportException {
    Matcher fraction = looksAt(FRACTION);
    if (fraction.lookingAt()) {
      next = fraction.end();
      return new Term.Fraction(at, fraction.group());
    }
    Matcher whole = looksAt(WHOLE);
    if (!whole.lookingAt()) {
      throw error("no number");
    }
    try {
      int radix = whole.group(2) == null ? 10 : Integer.parseInt(whole.group(2));
      long value = Long.parseLong(whole.group(1) + whole.group(3), radix);
      next = whole.end();
      return new Term.Whole(at, value);
    } catch (NumberFormatException e) {
      throw error("'" + whole.group() + "' is no number that could be used");
    }
  }

  private String quoted(char quote) throws ImportException {
    int begin = next++;
    StringBuilder value = new StringBuilder();
    while (next < text.length()) {
      char c = text.charAt(next++);
      if (c == quote) {
        return value.toString();
      }
      if (c == '\\' && next < text.length()) {
        c = escaped(text.charAt(next++));
      }
      value.append(c);
    }
    next = begin;
    throw error("what is quoted here never ends");
  }

  private static char escaped(char c) {
    return switch (c) {
      case 'n' -> '\n';
      case 't' -> '\t';
      case 'r' -> '\r';
      case 's' -> ' ';
      default -> c;
    };
  }

  private void expect(char wanted, String what) throws ImportException {
    skipSpace();
    if (peek() != wanted) {
      throw error(what + " is expected here");
    }
    next++;
  }

  /** NUL at the end, which is none of what is looked for. */
  private char peek() {
    return next < text.length() ? text.charAt(next) : '\0';
  }

  /** Also comments, which end with their line. */
  private void skipSpace() {
    while (next < text.length()) {
      char c = text.charAt(next);
      if (c == '%') {
        int end = text.indexOf('\n', next);
        next = end < 0 ? text.length() : end;
      } else if (Character.isWhitespace(c)) {
        next++;
      } else {
        return;
      }
    }
  }

  private Matcher looksAt(Pattern pattern) {
    return pattern.matcher(text).region(next, text.length());
  }

  /** Of what comes next; lines that were counted are not counted again. */
  private Place place() {
    int end = text.indexOf('\n', lineBegin);
    while (end >= 0 && end < next) {
      line++;
      lineBegin = end + 1;
      end = text.indexOf('\n', lineBegin);
    }
    return new Place(line, next - lineBegin + 1);
  }

  private ImportException error(String message) {
    String end = next < text.length() ? "" : ", but the text ends";
    return new ImportException(place() + ": " + message + end);
  }
}
