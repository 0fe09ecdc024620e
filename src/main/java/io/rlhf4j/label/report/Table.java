package io.rlhf4j.label.report;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * Rows under a heading: the same on a page, on the console and in a file.
 *
 * @param name for addresses and file names, as in {@code by-labeler}
 * @param title for people
 * @param note a sentence below the title; may be empty
 * @param columns names of the columns
 * @param rows each as long as the columns; cells are strings, whole numbers or doubles
 */
public record Table(
    String name, String title, String note, List<String> columns, List<List<Object>> rows) {
  public Table {
    columns = List.copyOf(columns);
    int width = columns.size();
    rows = rows.stream().map(List::copyOf).toList();
    if (rows.stream().anyMatch(row -> row.size() != width)) {
      throw new IllegalArgumentException("a row of table " + name + " is not " + width + " wide");
    }
  }

  /** A cell as people read it. */
  public static String shown(Object cell) {
    if (cell instanceof Double number) {
      return Double.isNaN(number) ? "-" : String.format(Locale.ROOT, "%.3f", number);
    }
    return cell.toString();
  }

  /** Whether a cell stands on the right. */
  public static boolean isNumber(Object cell) {
    return cell instanceof Number;
  }

  /** For spreadsheets (RFC 4180). */
  public String csv() {
    StringBuilder csv = new StringBuilder(line(List.copyOf(columns)));
    rows.forEach(row -> csv.append(line(row)));
    return csv.toString();
  }

  private static String line(List<?> cells) {
    return cells.stream().map(Table::field).collect(Collectors.joining(",", "", "\r\n"));
  }

  private static String field(Object cell) {
    if (cell instanceof Number) {
      return cell.toString();
    }
    String text = cell.toString();
    // A spreadsheet would run a labeler's text that begins like a formula.
    if (!text.isEmpty() && "=+-@\t\r".indexOf(text.charAt(0)) >= 0) {
      text = "'" + text;
    }
    return text.matches("(?s).*[\",\r\n].*") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  /** A list of objects with the columns' names as keys; not-a-number becomes null. */
  public ArrayNode json() {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    for (List<Object> row : rows) {
      ObjectNode object = list.addObject();
      for (int i = 0; i < columns.size(); i++) {
        String key = columns.get(i).toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "_");
        Object cell = row.get(i);
        if (cell instanceof Double number) {
          if (Double.isFinite(number)) {
            object.put(key, number);
          } else {
            object.putNull(key);
          }
        } else if (cell instanceof Number number) {
          object.put(key, number.longValue());
        } else {
          object.put(key, cell.toString());
        }
      }
    }
    return list;
  }

  /** In columns of equal width, for the console. */
  public String text() {
    List<List<String>> lines = new ArrayList<>();
    lines.add(columns);
    rows.forEach(row -> lines.add(row.stream().map(Table::shown).toList()));
    StringBuilder text = new StringBuilder(title).append('\n');
    if (!note.isEmpty()) {
      text.append(note).append('\n');
    }
    for (List<String> line : lines) {
      StringBuilder padded = new StringBuilder();
      for (int c = 0; c < columns.size(); c++) {
        int column = c;
        int width = lines.stream().mapToInt(l -> l.get(column).length()).max().orElse(0);
        boolean right = !rows.isEmpty() && isNumber(rows.get(0).get(c));
        String cell = line.get(c);
        String space = " ".repeat(width - cell.length());
        padded.append("  ").append(right ? space + cell : cell + space);
      }
      text.append(padded.toString().stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
