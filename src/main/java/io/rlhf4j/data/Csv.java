package io.rlhf4j.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** Comma- or tab-separated text with a header line (RFC 4180), as rows of strings. */
final class Csv {
  private final String file;
  private final String text;
  private final char separator;
  private int at;
  private int line = 1;

  private Csv(String file, String text, char separator) {
    this.file = file;
    this.text = text;
    this.separator = separator;
  }

  /**
   * @param file for complaints
   * @param text line ends are {@code \n}
   */
  static List<JsonValue> parse(String file, String text, char separator) {
    return new Csv(file, text, separator).rows();
  }

  private List<JsonValue> rows() {
    List<JsonValue> rows = new ArrayList<>();
    if (text.isBlank()) {
      return rows;
    }
    List<String> header = record();
    while (at < text.length()) {
      int start = line;
      List<String> fields = record();
      if (fields.equals(List.of(""))) {
        continue;
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
      rows.add(new JsonValue(file + ":" + start, "", row));
    }
    return rows;
  }

  private List<String> record() {
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
