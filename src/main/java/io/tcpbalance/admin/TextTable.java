package io.tcpbalance.admin;

import java.util.List;

/** Rows of cells as text, in columns as wide as they have to be. */
public final class TextTable {

  private static final String GAP = "  ";

  private TextTable() {}

  /**
   * The table, each row a line. What would break a line is a blank.
   *
   * @param rows of equal length, one or more
   */
  public static String of(List<List<String>> rows) {
    int[] widths = new int[rows.get(0).size()];
    for (List<String> row : rows) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder table = new StringBuilder();
    rows.forEach(row -> table.append(line(row, widths)).append('\n'));
    return table.toString();
  }

  private static String line(List<String> row, int[] widths) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      String cell = row.get(i).replaceAll("\\p{Cntrl}", " ");
      line.append(cell).append(" ".repeat(widths[i] - cell.length())).append(GAP);
    }
    return line.toString().stripTrailing();
  }
}
