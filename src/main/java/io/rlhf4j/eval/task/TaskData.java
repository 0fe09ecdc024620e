package io.rlhf4j.eval.task;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.TableFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** A task's data file as flat rows. */
final class TaskData {
  private static final int DEPTH = 6;

  private TaskData() {}

  /** The first of the task's data files that lies below the folder, packed or not. */
  static Optional<Path> find(TaskDefinition task, Path folder) {
    for (String name : task.data()) {
      try (Stream<Path> files = Files.walk(folder, DEPTH)) {
        Optional<Path> found =
            files
                .filter(
                    file -> {
                      String path = file.toString().replace('\\', '/');
                      return path.endsWith("/" + name) || path.endsWith("/" + name + ".gz");
                    })
                .sorted()
                .findFirst();
        if (found.isPresent()) {
          return found;
        }
      } catch (IOException e) {
        throw new InputException("cannot look for data below " + folder + ": " + e, e);
      }
    }
    return Optional.empty();
  }

  /** One item: where it stands and its fields. */
  record Row(String where, ObjectNode fields) {}

  static List<Row> read(TaskDefinition task, Path file) {
    List<Row> rows = new ArrayList<>();
    String path = task.rows();
    for (JsonValue value : TableFile.read(file, TableFile.REFUSE)) {
      if (path == null) {
        rows.add(new Row(value.where(), object(value)));
      } else if (path.startsWith("data[].") && value.isObject() && !value.has("data")) {
        // Files whose rows are wrapped in "data" come unwrapped.
        descend(task, value.where(), value.node(), rest(path), empty(), rows);
      } else {
        descend(task, value.where(), value.node(), List.of(path.split("\\.")), empty(), rows);
      }
    }
    TaskDefinition.Group group = task.group();
    List<Row> items = group == null ? rows : grouped(group, rows);
    if (items.isEmpty()) {
      throw new InputException(file + " holds no items for the task " + task.task());
    }
    return items;
  }

  private static List<String> rest(String path) {
    List<String> steps = List.of(path.split("\\."));
    return steps.subList(1, steps.size());
  }

  private static ObjectNode object(JsonValue value) {
    if (!value.isObject()) {
      throw value.error("must be an object {...}");
    }
    return (ObjectNode) value.node();
  }

  private static ObjectNode empty() {
    return JsonNodeFactory.instance.objectNode();
  }

  /** Children see their parents' fields. */
  private static void descend(
      TaskDefinition task,
      String where,
      JsonNode node,
      List<String> steps,
      ObjectNode inherited,
      List<Row> rows) {
    ObjectNode fields = inherited.deepCopy();
    if (steps.isEmpty()) {
      fields.setAll((ObjectNode) node);
      rows.add(new Row(where, fields));
      return;
    }
    String step = steps.get(0);
    String key = step.substring(0, step.length() - 2);
    JsonNode children = key.isEmpty() ? node : node.get(key);
    if (!(step.endsWith("[]") || step.endsWith("{}")) || children == null) {
      throw new InputException(
          "%s: rows says '%s', but there is no such list here".formatted(where, step));
    }
    node.properties()
        .forEach(
            field -> {
              if (!field.getKey().equals(key) && !key.isEmpty()) {
                fields.set(field.getKey(), field.getValue());
              }
            });
    StringBuilder history = new StringBuilder();
    String template = task.history();
    for (JsonNode child : children) {
      boolean last = steps.size() == 1;
      if (last && template != null) {
        fields.put("history", history.toString());
      }
      descend(task, where, child, steps.subList(1, steps.size()), fields, rows);
      if (last && template != null) {
        new Template(template).all(rows.get(rows.size() - 1).fields()).forEach(history::append);
      }
    }
  }

  private static List<Row> grouped(TaskDefinition.Group group, List<Row> rows) {
    Pattern pattern = Pattern.compile(group.pattern());
    Map<String, Row> items = new LinkedHashMap<>();
    for (Row row : rows) {
      JsonNode field = row.fields().get(group.field());
      Matcher matcher = pattern.matcher(field == null ? "" : field.asText());
      if (!matcher.matches()) {
        throw new InputException(
            "%s: field '%s' must match %s, was %s"
                .formatted(row.where(), group.field(), group.pattern(), field));
      }
      items
          .computeIfAbsent(matcher.group(1), name -> new Row(row.where(), empty()))
          .fields()
          .set(matcher.group(2), row.fields());
    }
    return List.copyOf(items.values());
  }
}
