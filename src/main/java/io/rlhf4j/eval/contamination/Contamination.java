package io.rlhf4j.eval.contamination;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.NearDuplicates;
import io.rlhf4j.data.Overlap;
import io.rlhf4j.eval.contamination.ItemTexts.Item;
import io.rlhf4j.eval.figure.DataTable;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.Metrics;
import io.rlhf4j.eval.output.OutputFile;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.stats.Bootstrap;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which items of evaluation sets stand in training files too: word for word in sequences of n
 * words, or nearly, by similarity. A file of outputs is also scored again without those items.
 */
public final class Contamination {
  private static final int EXAMPLES = 5;
  private static final int SHOWN = 160;

  /**
   * When an item counts as seen.
   *
   * @param n words in a row that make an overlap
   * @param share of the item's sequences of n words that must be found, above 0
   * @param similarity from which a training text is a near duplicate
   */
  public record Rules(int n, double share, double similarity) {
    public Rules {
      if (n < 1 || !(share > 0 && share <= 1) || !(similarity > 0 && similarity <= 1)) {
        throw new InputException(
            "n must be at least 1, share and similarity in (0, 1]; were %d, %s, %s"
                .formatted(n, share, similarity));
      }
    }
  }

  private Contamination() {}

  /**
   * Compares every evaluation file with all training files.
   *
   * @param field the evaluation files' column to compare; null finds it
   */
  public static FigureSet of(
      List<Path> training,
      List<Path> evaluation,
      @Nullable String field,
      Rules rules,
      Bootstrap bootstrap) {
    List<Item> seen = new ArrayList<>();
    training.forEach(file -> seen.addAll(ItemTexts.everything(file)));
    List<String> texts = seen.stream().map(Item::text).toList();
    List<List<String>> table = new ArrayList<>();
    List<List<String>> examples = new ArrayList<>();
    List<Figure> figures = new ArrayList<>();
    Map<String, String> definitions = new LinkedHashMap<>();
    for (Path file : evaluation) {
      List<Item> items = ItemTexts.asked(file, field);
      List<String> asked = items.stream().map(Item::text).toList();
      Overlap overlap = Overlap.of(asked, texts, rules.n());
      NearDuplicates near = NearDuplicates.of(asked, texts);
      Set<String> overlapping = new HashSet<>();
      int sequences = 0;
      int duplicates = 0;
      for (int i = 0; i < items.size(); i++) {
        boolean inSequence = overlap.shares().get(i) >= rules.share();
        boolean nearly = near.similarities().get(i) >= rules.similarity();
        sequences += inSequence ? 1 : 0;
        duplicates += nearly ? 1 : 0;
        if (inSequence || nearly) {
          overlapping.add(items.get(i).text());
          if (examples.size() < EXAMPLES * (table.size() + 1)) {
            examples.add(example(items.get(i), overlap.shares().get(i), near, i, seen));
          }
        }
      }
      table.add(
          List.of(
              String.valueOf(file.getFileName()),
              Integer.toString(items.size()),
              counted(sequences, items.size()),
              counted(duplicates, items.size()),
              counted(overlapping.size(), items.size())));
      figures.addAll(scores(file, overlapping, definitions, bootstrap));
    }
    return new FigureSet(
        "contamination",
        List.of(
            "%d training texts from %s"
                .formatted(
                    texts.size(),
                    String.join(
                        ", ",
                        training.stream().map(f -> String.valueOf(f.getFileName())).toList())),
            String.format(
                Locale.ROOT,
                "an item overlaps when at least %.0f%% of its sequences of %d words stand in the"
                    + " training texts (an item shorter than that counts whole); it has a near"
                    + " duplicate from a Jaccard similarity of %.2f over word triples",
                100 * rules.share(),
                rules.n(),
                rules.similarity())),
        definitions,
        Map.of(),
        figures,
        List.of(),
        List.of(
            new DataTable(
                "Evaluation sets",
                "",
                List.of("Set", "Items", "Overlap", "Near duplicates", "Either"),
                table),
            new DataTable(
                "Examples",
                "The first of each set.",
                List.of("Item", "Overlap", "Similarity", "Evaluation text", "Training text"),
                examples)),
        List.of());
  }

  private static String counted(int count, int all) {
    return String.format(Locale.ROOT, "%d (%.1f%%)", count, 100.0 * count / Math.max(1, all));
  }

  private static List<String> example(
      Item item, double share, NearDuplicates near, int index, List<Item> seen) {
    int nearest = near.nearest().get(index);
    return List.of(
        item.where().substring(item.where().lastIndexOf('/') + 1),
        String.format(Locale.ROOT, "%.2f", share),
        String.format(Locale.ROOT, "%.2f", near.similarities().get(index)),
        shortened(item.text()),
        nearest < 0 ? "" : shortened(seen.get(nearest).text()));
  }

  private static String shortened(String text) {
    String line = text.replace('\n', ' ').strip();
    return line.length() <= SHOWN ? line : line.substring(0, SHOWN) + "...";
  }

  /** The file's figures with all items, without the overlapping ones, and over those alone. */
  private static List<Figure> scores(
      Path file, Set<String> overlapping, Map<String, String> definitions, Bootstrap bootstrap) {
    OutputFile outputs;
    try {
      outputs = OutputFile.read(file, null, new OutputFile.Rules(true, true));
    } catch (InputException noOutputs) {
      return List.of();
    }
    List<OutputRow> rows = new ArrayList<>();
    for (OutputRow row : outputs.rows()) {
      rows.add(typed(row, "all items"));
      rows.add(
          typed(row, overlapping.contains(row.prompt()) ? "overlapping alone" : "without overlap"));
    }
    List<Metric> metrics = Metrics.of(outputs.task(), outputs.rows());
    metrics.forEach(metric -> definitions.put(metric.name(), metric.definition()));
    return rows.isEmpty() || metrics.isEmpty()
        ? List.of()
        : new OutputScores(outputs.task().id(), rows, bootstrap).figures(metrics);
  }

  /** All prompt types of a model together; its own prompt types would make the tables too wide. */
  private static OutputRow typed(OutputRow row, String type) {
    return new OutputRow(
        row.where(),
        row.model(),
        row.size(),
        type,
        row.prompt(),
        row.output(),
        row.references(),
        row.scores());
  }
}
