package io.tcpbalance.cli;

import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Help.Ansi.Style;

/** Rows in columns as wide as they have to be; numbers stand on the right of theirs. */
final class Table {

  private static final String GAP = "  ";

  /** The head of a column of numbers begins with it; it is not printed. */
  private static final String RIGHT = ">";

  private final List<String> heads = new ArrayList<>();
  private final List<Boolean> right = new ArrayList<>();
  private final List<List<Cell>> rows = new ArrayList<>();

  /**
   * A text of one line, perhaps in a colour.
   *
   * @param text what cannot be seen is replaced, whoever it is from: no escape sequence gets out
   */
  record Cell(String text, Style style) {
    Cell {
      text = text.replaceAll("[\\p{C}\\p{Zl}\\p{Zp}]", "?");
    }

    static Cell of(String text) {
      return new Cell(text, Style.reset);
    }

    static Cell of(long number) {
      return of(String.valueOf(number));
    }
  }

  /** A table without rows. */
  Table(String... heads) {
    for (String head : heads) {
      boolean isNumber = head.startsWith(RIGHT);
      right.add(isNumber);
      this.heads.add(isNumber ? head.substring(RIGHT.length()) : head);
    }
  }

  /** Adds a row, of as many cells as there are heads. */
  void add(Cell... cells) {
    rows.add(List.of(cells));
  }

  /** The table, each row a line; {@code none} without rows. */
  String text(boolean colours) {
    if (rows.isEmpty()) {
      return "none\n";
    }
    List<List<Cell>> all = new ArrayList<>();
    all.add(heads.stream().map(head -> new Cell(head, Style.bold)).toList());
    all.addAll(rows);
    int[] widths = new int[heads.size()];
    for (List<Cell> row : all) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).text().length());
      }
    }
    StringBuilder text = new StringBuilder();
    all.forEach(row -> text.append(line(row, widths, colours)).append('\n'));
    return text.toString();
  }

  private String line(List<Cell> row, int[] widths, boolean colours) {
    StringBuilder line = new StringBuilder();
    int last = widths.length - 1;
    for (int i = 0; i <= last; i++) {
      Cell cell = row.get(i);
      String padding = " ".repeat(widths[i] - cell.text().length());
      line.append(right.get(i) ? padding : "").append(coloured(cell, colours));
      if (i < last) {
        line.append(right.get(i) ? "" : padding).append(GAP);
      }
    }
    return line.toString().stripTrailing();
  }

  private static String coloured(Cell cell, boolean colours) {
    return colours && cell.style() != Style.reset
        ? cell.style().on() + cell.text() + Style.reset.on()
        : cell.text();
  }
}
