package io.rlhf4j.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.stats.Agreement;
import io.rlhf4j.train.RunFolder;
import io.rlhf4j.train.RunRecord;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * A model card after Mitchell et al. (2019) as Markdown: what the run folders know is filled in,
 * and what only its makers can say is asked for in so many words.
 */
public final class ModelCard {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ASK = "_To be written by the makers: %s_";

  /** More figures of one evaluation would bury the rest of the card. */
  private static final int MOST_ROWS = 40;

  /** 1 petaflop/s-day. */
  private static final double PETAFLOP_DAY = 8.64e19;

  /** One stage of the model's making. */
  private record Stage(String name, Path folder, RunRecord record, @Nullable StageResult result) {}

  private final String title;
  private final List<Stage> stages;
  private final List<Path> rankings;
  private final List<FigureSet> evaluations;
  private final StringBuilder out = new StringBuilder();

  private ModelCard(
      String title, List<Stage> stages, List<Path> rankings, List<FigureSet> evaluations) {
    this.title = title;
    this.stages = stages;
    this.rankings = rankings;
    this.evaluations = evaluations;
  }

  /**
   * Writes the card.
   *
   * @param run the run folder whose model it describes; the runs that it started from are followed
   * @param rankings files of rankings, for what is said of the labelers
   * @param evaluations what was measured
   */
  public static String of(
      String title, Path run, List<Path> rankings, List<FigureSet> evaluations) {
    List<Stage> stages = new ArrayList<>();
    follow(run, stages, new HashSet<>());
    return new ModelCard(title, stages, rankings, evaluations).write();
  }

  /** The run and, before it, every run whose model it read. */
  private static void follow(Path run, List<Stage> stages, Set<Path> seen) {
    Path folder = run.toAbsolutePath().normalize();
    RunRecord record = RunFolder.read(folder);
    if (record == null) {
      throw new InputException(run + " holds no run.json; give the folder of a run");
    }
    if (!seen.add(folder)) {
      return;
    }
    Set<Path> before = new LinkedHashSet<>();
    for (RunRecord.Input input : record.inputs()) {
      Path file = Path.of(input.path()).toAbsolutePath().normalize();
      for (Path at = file.getParent(); at != null; at = at.getParent()) {
        if (Files.exists(at.resolve("run.json")) && !at.equals(folder)) {
          before.add(at);
        }
      }
    }
    for (Path earlier : before) {
      follow(earlier, stages, seen);
    }
    stages.add(
        new Stage(record.command(), folder, record, StageResult.ofFinished(folder).orElse(null)));
  }

  private String write() {
    Stage last = stages.get(stages.size() - 1);
    out.append("# Model card: ").append(title).append("\n\n");
    details(last);
    section("Intended use");
    ask("what it is for, who may use it, and what it must not be used for");
    section("Factors");
    ask("the groups, languages and domains over which its behaviour may differ");
    results();
    data();
    labelers();
    hyperparameters();
    compute();
    section("Ethical considerations");
    ask("whose preferences it was trained on, what harm it can do, and what was done about it");
    limitations();
    return out.toString();
  }

  private void details(Stage last) {
    section("Model details");
    List<String> names = stages.stream().map(Stage::name).toList();
    item("made by", String.join(", then ", names));
    JsonNode config = modelConfig(last.folder().resolve("model"));
    if (config != null) {
      item("architecture", text(config, "model_type", "unknown"));
      item(
          "layers, width, positions, vocabulary",
          "%s, %s, %s, %s"
              .formatted(
                  first(config, "num_hidden_layers", "n_layer"),
                  first(config, "hidden_size", "n_embd"),
                  first(config, "max_position_embeddings", "n_positions"),
                  first(config, "vocab_size")));
    }
    StageResult result = last.result();
    item("parameters", result == null ? "unknown" : "%,d".formatted(result.parameters()));
    item("finished", last.record().ended() == null ? "not yet" : last.record().ended());
    RunRecord.Versions versions = last.record().versions();
    item(
        "software",
        "rlhf4j %s, Java %s, libtorch %s"
            .formatted(versions.rlhf4j(), versions.java(), versions.libtorch()));
    out.append('\n');
    ask("who made it, its version and licence, and where questions go");
  }

  private void results() {
    section("Results");
    if (evaluations.isEmpty()) {
      ask("no evaluation was given; 'evaluate ... --out DIR' writes one for --evaluation");
    }
    for (FigureSet set : evaluations) {
      out.append("**").append(set.title()).append("**\n\n");
      set.notes().forEach(note -> out.append(note).append("\n\n"));
      out.append("| task | metric | judge | model | prompt | value | 95% interval |\n");
      out.append("|---|---|---|---|---|---|---|\n");
      for (Figure f : set.figures().subList(0, Math.min(MOST_ROWS, set.figures().size()))) {
        out.append(
            String.format(
                Locale.ROOT,
                "| %s | %s | %s | %s | %s | %.3f | %.3f to %.3f |%n",
                f.task(),
                f.metric(),
                f.judge(),
                f.name(),
                f.promptType(),
                f.value(),
                f.low(),
                f.high()));
      }
      out.append('\n');
      if (set.figures().size() > MOST_ROWS) {
        out.append("and %d more in figures.csv%n%n".formatted(set.figures().size() - MOST_ROWS));
      }
      for (Map.Entry<String, String> judge : set.judges().entrySet()) {
        out.append(judge.getKey()).append(": ").append(judge.getValue()).append("\n\n");
      }
    }
  }

  private void data() {
    section("Training data");
    out.append("| stage | file | bytes | SHA-256 |\n|---|---|---|---|\n");
    for (Stage stage : stages) {
      for (RunRecord.Input input : stage.record().inputs()) {
        boolean ofAModel = Path.of(input.path()).getParent() != null && isModel(input.path());
        if (!ofAModel) {
          out.append(
              "| %s | %s | %,d | %s |%n"
                  .formatted(
                      stage.name(),
                      Path.of(input.path()).getFileName(),
                      input.bytes(),
                      input.sha256().substring(0, 16)));
        }
      }
    }
    out.append('\n');
    ask("where these come from, how they were filtered, and what consent they were given with");
  }

  private static boolean isModel(String path) {
    Path parent = Path.of(path).getParent();
    return parent != null && Files.exists(parent.resolve("config.json"));
  }

  private void labelers() {
    section("Labelers");
    for (Path file : rankings) {
      List<Ranking> all = DatasetReader.readRankings(file);
      Set<String> people = new TreeSet<>();
      long comparisons = 0;
      for (Ranking ranking : all) {
        people.add(ranking.labeler());
        comparisons += ranking.comparisons().size();
      }
      item(
          String.valueOf(file.getFileName()),
          "%,d rankings by %d labelers, %,d comparisons"
              .formatted(all.size(), people.size(), comparisons));
      try {
        Agreement agreement = Agreement.ofRankings(all);
        item(
            "their agreement",
            String.format(
                Locale.ROOT,
                "%.1f%% of %,d pairs of judgements",
                100 * agreement.rate(),
                agreement.pairs()));
      } catch (InputException nobodyShared) {
        item("their agreement", "unknown: no two judged the same pair");
      }
    }
    out.append('\n');
    ask("who they are, how they were chosen, paid and instructed");
  }

  private void hyperparameters() {
    section("Hyperparameters");
    for (Stage stage : stages) {
      List<String> settings = new ArrayList<>();
      flatten("", stage.record().config(), settings);
      out.append("**").append(stage.name()).append("** (seed ").append(stage.record().seed());
      out.append("): ").append(String.join(", ", settings)).append("\n\n");
    }
  }

  private static void flatten(String key, JsonNode node, List<String> settings) {
    if (node.isObject()) {
      node.properties()
          .forEach(
              field ->
                  flatten(
                      key.isEmpty() ? field.getKey() : key + "." + field.getKey(),
                      field.getValue(),
                      settings));
    } else if (!node.isNull() && !node.asText().contains("/")) {
      settings.add("`" + key + "` " + node.asText(node.toString()));
    }
  }

  private void compute() {
    section("Compute");
    out.append("| stage | parameters | tokens | seconds | petaflop/s-days, about |\n");
    out.append("|---|---|---|---|---|\n");
    for (Stage stage : stages) {
      StageResult result = stage.result();
      if (result != null) {
        out.append(
            String.format(
                Locale.ROOT,
                "| %s | %,d | %,d | %.0f | %.2e |%n",
                stage.name(),
                result.parameters(),
                result.tokens(),
                result.seconds(),
                // A forward and backward pass: 6 operations per parameter and token.
                6.0 * result.parameters() * result.tokens() / PETAFLOP_DAY));
      }
    }
    out.append('\n');
  }

  private void limitations() {
    section("Limitations");
    for (Stage stage : stages) {
      if (stage.record().status() != RunRecord.Status.FINISHED) {
        out.append("- the run ")
            .append(stage.folder().getFileName())
            .append(" is ")
            .append(stage.record().status().name().toLowerCase(Locale.ROOT))
            .append(", not finished\n");
      }
    }
    if (stages.get(0).record().command().equals("pretrain")) {
      out.append("- it knows only what the pretraining text above holds\n");
    }
    out.append(
        "- like the models of the paper it may follow false premises, hedge, make facts up, and"
            + " write harmful text when asked to\n");
    if (evaluations.stream().anyMatch(set -> !set.judges().isEmpty())) {
      out.append("- figures by local judges are no better than the judges' held-out accuracy\n");
    }
    out.append('\n');
    ask("what it is known to get wrong");
  }

  private void section(String name) {
    out.append("## ").append(name).append("\n\n");
  }

  private void item(String name, String value) {
    out.append("- ").append(name).append(": ").append(value).append('\n');
  }

  private void ask(String what) {
    out.append(ASK.formatted(what)).append("\n\n");
  }

  private static @Nullable JsonNode modelConfig(Path model) {
    Path file = model.resolve("config.json");
    try {
      return Files.exists(file) ? JSON.readTree(file.toFile()) : null;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(JsonNode node, String key, String fallback) {
    return node.path(key).asText(fallback);
  }

  private static String first(JsonNode config, String... keys) {
    for (String key : keys) {
      if (config.has(key)) {
        return config.get(key).asText();
      }
    }
    return "?";
  }
}
