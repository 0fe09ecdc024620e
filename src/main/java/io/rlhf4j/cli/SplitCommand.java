package io.rlhf4j.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.DatasetSchema;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Jsonl;
import io.rlhf4j.data.Partition;
import io.rlhf4j.data.Split;
import io.rlhf4j.model.ModelConfigReader;
import io.rlhf4j.stage.Fit;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j split}: a data set in three parts that share no prompt. */
@Command(
    name = "split",
    description =
        "Deals a data set's rows out to training, validation and test, all rows of a prompt to one"
            + " part.")
final class SplitCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description =
          "Data sets of one schema (.jsonl, .json, .csv, .yml, .txt, also .gz; .parquet, .arrow).")
  private List<Path> files = List.of();

  @Option(
      names = "--output",
      required = true,
      description = "Folder for train.jsonl.gz, valid.jsonl.gz and test.jsonl.gz.")
  private Path output = Path.of("");

  @Option(names = "--valid", defaultValue = "0.1", description = "Share for validation.")
  private double valid = 0.1;

  @Option(names = "--test", defaultValue = "0.1", description = "Share for the test.")
  private double test = 0.1;

  @Option(
      names = "--seed",
      defaultValue = "42",
      description = "Equal seeds send a prompt to the same part, in every file.")
  private long seed = 42;

  @Option(
      names = "--by",
      defaultValue = "prompt",
      description = "prompt: all turns before the completion; last_turn: the last user turn.")
  private Partition.By by = Partition.By.PROMPT;

  @Option(
      names = "--fit",
      description =
          "Model folder: rows that are too long for it, or hold words that its vocabulary cannot"
              + " spell, are left out and counted.")
  private @Nullable Path fit;

  @Option(
      names = "--format",
      defaultValue = "plain",
      description = "How that model reads prompts: plain, chat or last_turn.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(
      names = "--room",
      defaultValue = "1",
      description = "Positions that a prompt without completions must leave free in that model.")
  private int room = 1;

  @Option(names = "--plain-files", description = "Write .jsonl instead of .jsonl.gz.")
  private boolean plainFiles;

  @Option(names = "--overwrite", description = "Replace the files of an earlier split.")
  private boolean overwrite;

  @Override
  public Integer call() {
    Partition partition = new Partition(valid, test, seed, by);
    for (Split split : Split.values()) {
      if (Files.exists(file(split)) && !overwrite) {
        throw new InputException(
            file(split) + " is there already; give --overwrite, or another --output");
      }
    }
    List<Partition.Dealt> dealt = partition.deal(fitting(read()));
    Map<Split, List<JsonNode>> parts = new EnumMap<>(Split.class);
    Map<Split, Set<String>> prompts = new EnumMap<>(Split.class);
    for (Split split : Split.values()) {
      List<Partition.Dealt> own = dealt.stream().filter(d -> d.split() == split).toList();
      parts.put(split, own.stream().map(d -> d.row().json()).toList());
      prompts.put(
          split,
          own.stream()
              .flatMap(d -> d.row().exchanges().stream())
              .map(exchange -> partition.key(exchange.prompt()))
              .collect(Collectors.toSet()));
      if (own.isEmpty() && share(split) > 0) {
        throw new InputException(
            "no row falls into the %s part: %d rows are too few for its share of %s"
                .formatted(name(split), dealt.size(), share(split)));
      }
    }
    PrintWriter out = spec.commandLine().getOut();
    parts.forEach(
        (split, rows) -> {
          Jsonl.write(file(split), rows);
          out.printf(
              "%-6s  %6d rows  %6d prompts  %s%n",
              name(split), rows.size(), prompts.getOrDefault(split, Set.of()).size(), file(split));
        });
    return 0;
  }

  private List<DatasetReader.Row> read() {
    List<DatasetReader.Row> rows = new ArrayList<>();
    DatasetSchema schema = null;
    for (Path file : files) {
      DatasetReader reader = DatasetReader.open(file);
      if (schema != null && reader.schema() != schema) {
        throw new InputException(
            "%s is of schema %s, but %s of schema %s; split them one by one"
                .formatted(
                    file,
                    reader.schema().name().toLowerCase(Locale.ROOT),
                    files.get(0),
                    schema.name().toLowerCase(Locale.ROOT)));
      }
      schema = reader.schema();
      rows.addAll(reader.rows());
    }
    return rows;
  }

  private List<DatasetReader.Row> fitting(List<DatasetReader.Row> rows) {
    Path model = fit;
    if (model == null) {
      return rows;
    }
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      int positions = ModelConfigReader.read(model).maxPositions();
      Fit measure = new Fit(PromptFormat.of(format, tokenizer), positions, room);
      Map<Fit.Verdict, List<DatasetReader.Row>> verdicts =
          rows.stream().collect(Collectors.groupingBy(measure::of));
      int tooLong = verdicts.getOrDefault(Fit.Verdict.TOO_LONG, List.of()).size();
      int unknown = verdicts.getOrDefault(Fit.Verdict.UNKNOWN_WORDS, List.of()).size();
      spec.commandLine()
          .getOut()
          .printf(
              "%d rows; left out: %d longer than the model's %d positions, %d with words it cannot"
                  + " spell%n",
              rows.size(), tooLong, positions, unknown);
      return verdicts.getOrDefault(Fit.Verdict.FITS, List.of());
    }
  }

  private Path file(Split split) {
    return output.resolve(name(split) + (plainFiles ? ".jsonl" : ".jsonl.gz"));
  }

  private double share(Split split) {
    return switch (split) {
      case TRAIN -> 1 - valid - test;
      case VALID -> valid;
      case TEST -> test;
    };
  }

  private static String name(Split split) {
    return split.name().toLowerCase(Locale.ROOT);
  }
}
