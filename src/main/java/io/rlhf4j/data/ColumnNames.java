package io.rlhf4j.data;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which columns of somebody's files are to be read as which of ours. Where any are named, the
 * others are not read: a column that only looks like one of ours would change what the file is
 * taken for.
 *
 * @param own the files' names by ours; empty: the files use our names already
 */
public record ColumnNames(Map<String, String> own) {
  /** What a column can be read as. */
  public static final List<String> KNOWN =
      List.of(
          "prompt",
          "instruction",
          "input",
          "output",
          "completion",
          "chosen",
          "rejected",
          "messages",
          "conversations",
          "completions",
          "ranks",
          "policies",
          "policy",
          "labeler",
          "prompt_id",
          "user",
          "use_case",
          "kind",
          "split");

  public ColumnNames {
    own = Map.copyOf(own);
  }

  /** For files that use our names. */
  public static ColumnNames ours() {
    return new ColumnNames(Map.of());
  }

  /**
   * Reads {@code prompt=question,output=answer}; white space around names does not count.
   *
   * @param text empty for {@link #ours}
   */
  public static ColumnNames parse(String text) {
    Map<String, String> own = new LinkedHashMap<>();
    for (String pair : text.isBlank() ? new String[0] : text.split(",", -1)) {
      int equals = pair.indexOf('=');
      String known = equals < 0 ? pair.strip() : pair.substring(0, equals).strip();
      String column = equals < 0 ? "" : pair.substring(equals + 1).strip();
      if (column.isEmpty()) {
        throw new InputException(
            "columns are named as OURS=YOURS, as in prompt=question,output=answer; was '%s'"
                .formatted(pair.strip()));
      }
      if (!KNOWN.contains(known)) {
        throw new InputException(
            "a column cannot be read as '%s'%s; it can be read as %s"
                .formatted(known, meant(known, KNOWN), KNOWN));
      }
      if (own.put(known, column) != null) {
        throw new InputException("two columns cannot both be read as '%s'".formatted(known));
      }
    }
    return new ColumnNames(own);
  }

  /** The rows with the named columns under our names. */
  List<JsonValue> applyTo(List<JsonValue> rows) {
    if (own.isEmpty()) {
      return rows;
    }
    List<JsonValue> renamed = new ArrayList<>();
    for (JsonValue row : rows) {
      List<String> columns = row.keys();
      ObjectNode ours = JsonNodeFactory.instance.objectNode();
      for (String known : KNOWN) { // in an order that does not depend on the map's
        String column = own.get(known);
        if (column == null) {
          continue;
        }
        if (!columns.contains(column)) {
          throw new InputException(
              "%s: there is no column '%s' to be read as '%s'%s; the columns found are %s"
                  .formatted(row.where(), column, known, meant(column, columns), columns));
        }
        ours.set(known, row.node().get(column));
      }
      renamed.add(new JsonValue(row.where(), row.path(), ours));
    }
    return renamed;
  }

  private static String meant(String name, List<String> names) {
    @Nullable String near = NearestName.of(name, names);
    return near == null ? "" : " (did you mean '" + near + "'?)";
  }
}
