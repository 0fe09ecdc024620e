package io.rlhf4j.eval.figure;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.Curve;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * All that one evaluation found.
 *
 * @param title what was evaluated
 * @param notes remarks, one sentence each: what was skipped, what to bear in mind
 * @param definitions how each metric is computed
 * @param judges each scorer's quality on data it was not trained on; shown beside all its figures
 * @param curves what is drawn as lines
 */
public record FigureSet(
    String title,
    List<String> notes,
    Map<String, String> definitions,
    Map<String, String> judges,
    List<Figure> figures,
    List<Difference> differences,
    List<DataTable> tables,
    List<Curve> curves) {
  private static final ObjectMapper JSON = new ObjectMapper();

  public FigureSet {
    notes = List.copyOf(notes);
    definitions = new LinkedHashMap<>(definitions);
    judges = new LinkedHashMap<>(judges);
    figures = List.copyOf(figures);
    differences = List.copyOf(differences);
    tables = List.copyOf(tables);
    curves = List.copyOf(curves);
  }

  /** Figures alone. */
  public static FigureSet of(
      String title, List<String> notes, Map<String, String> definitions, List<Figure> figures) {
    return new FigureSet(
        title, notes, definitions, Map.of(), figures, List.of(), List.of(), List.of());
  }

  /** The figures that belong into one table each, in the order in which they came. */
  public List<List<Figure>> groups() {
    List<List<Figure>> groups = new ArrayList<>();
    for (Figure figure : figures) {
      groups.stream()
          .filter(group -> group.get(0).sameTable(figure))
          .findFirst()
          .orElseGet(
              () -> {
                List<Figure> fresh = new ArrayList<>();
                groups.add(fresh);
                return fresh;
              })
          .add(figure);
    }
    return groups;
  }

  /** As JSON, whose keys are the names of these components. */
  public String toJson() {
    try {
      return JSON.writerWithDefaultPrettyPrinter().writeValueAsString(this) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What {@link #toJson} wrote. */
  public static FigureSet read(Path file) {
    try {
      return JSON.readValue(Files.readString(file), FigureSet.class);
    } catch (JsonProcessingException e) {
      throw new InputException(
          "%s:%d: is not the figures.json of an evaluation: %s"
              .formatted(
                  file,
                  e.getLocation() == null ? 1 : e.getLocation().getLineNr(),
                  e.getOriginalMessage()),
          e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
