package io.rlhf4j.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Comma- or tab-separated text with a header line (RFC 4180), as rows of strings. */
final class Csv {
  private final String file;
  private final String text;
  private final char separator;
  private final Map<Integer, InputException> brokenLines;
  private final Consumer<InputException> bad;
  private int at;
  private int line = 1;
  private boolean parsed;

  private Csv(
      String file,
      String text,
      char separator,
      Map<Integer, InputException> brokenLines,
      Consumer<InputException> bad) {
    this.file = file;
    this.text = text;
    this.separator = separator;
    this.brokenLines = brokenLines;
    this.bad = bad;
  }

  /**
   * @param file for complaints
   * @param text line ends are {@code \n}
   */
  static List<JsonValue> parse(String file, String text, char separator) {
    return parse(
        file,
        text,
        separator,
        Map.of(),
        complaint -> {
          throw complaint;
        });
  }

  /**
   * The same for a file that may hold broken rows.
   *
   * @param brokenLines what is wrong with lines that were mended before
   * @param bad takes the complaint about each row that is left out; it may throw it
   */
  static List<JsonValue> parse(
      String file,
      String text,
      char separator,
      Map<Integer, InputException> brokenLines,
      Consumer<InputException> bad) {
    return new Csv(file, text, separator, brokenLines, bad).rows();
  }

  private List<JsonValue> rows() {
    List<JsonValue> rows = new ArrayList<>();
    if (text.isBlank()) {
      return rows;
    }
    List<String> header = record();
    while (at < text.length()) {
      int from = at;
      int start = line;
      try {
        List<String> fields = record();
        if (!fields.equals(List.of(""))) {
          rows.add(row(header, fields, start));
        }
      } catch (InputException complaint) {
        bad.accept(complaint);
        if (!parsed) {
          // Go on behind the line with which the row began.
          int end = text.indexOf('\n', from);
          at = end < 0 ? text.length() : end + 1;
          line = start + 1;
        }
      }
    }
    return rows;
  }

  private JsonValue row(List<String> header, List<String> fields, int start) {
    for (int l = start; l < line; l++) {
      InputException broken = brokenLines.get(l);
      if (broken != null) {
        throw broken;
      }
    }
    if (fields.size() != header.size()) {
      throw new InputException(
          "%s:%d: a row of %d fields under a header of %d columns %s; quote fields that hold '%s'"
              .formatted(file, start, fields.size(), header.size(), header, separator));
    }
    ObjectNode row = JsonNodeFactory.instance.objectNode();
    for (int i = 0; i < header.size(); i++) {
      row.put(header.get(i), fields.get(i));
    }
    return new JsonValue(file + ":" + start, "", row);
  }

  /** One row's fields; {@link #parsed} says whether it came to its end. */
  private List<String> record() {
    parsed = false;
    List<String> fields = new ArrayList<>();
    fields.add(field());
    while (at < text.length() && text.charAt(at) == separator) {
      at++;
      fields.add(field());
    }
    if (at < text.length()) {
      at++; // the line end
      line++;
    }
    parsed = true;
    return fields;
  }

  private String field() {
    if (at < text.length() && text.charAt(at) == '"') {
      return quoted();
    }
    int start = at;
    while (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
      at++;
    }
    return text.substring(start, at);
  }

  private String quoted() {
    int opened = line;
    StringBuilder field = new StringBuilder();
    at++;
    while (at < text.length()) {
      char c = text.charAt(at++);
      if (c == '"' && at < text.length() && text.charAt(at) == '"') {
        field.append('"');
        at++;
      } else if (c == '"') {
        if (at < text.length() && text.charAt(at) != separator && text.charAt(at) != '\n') {
          throw new InputException(
              "%s:%d: text after a closing quote; write quotes inside a field twice"
                  .formatted(file, line));
        }
        return field.toString();
      } else {
        line += c == '\n' ? 1 : 0;
        field.append(c);
      }
    }
    throw new InputException("%s:%d: a quote opens here and never closes".formatted(file, opened));
  }
}
