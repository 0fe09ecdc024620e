package io.rlhf4j.bench;

import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Libtorch;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.LanguageTrainer;
import io.rlhf4j.train.Run;
import io.rlhf4j.train.TokenStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A process that opens a model, does one training step and prints how long each took: whoever
 * started it knows what passed before.
 */
final class FirstStep {
  private FirstStep() {}

  /** From the call to start Java to the end of the first training step. */
  static Measure inItsOwnProcess(Path folder, Sizes sizes) {
    List<String> told = new ArrayList<>();
    long[] end = new long[1];
    long start = System.nanoTime();
    int code =
        JavaProcess.run(
            FirstStep.class.getName(),
            line -> {
              told.add(line);
              end[0] = System.nanoTime();
            },
            folder.toString(),
            Integer.toString(sizes.batch()),
            Integer.toString(sizes.length()),
            sizes.precision().name());
    if (code != 0 || told.isEmpty()) {
      throw new IllegalStateException("the first step failed with exit code " + code);
    }
    double whole = (end[0] - start) / 1e9;
    Map<String, Double> phases = new LinkedHashMap<>();
    phases.put("Java", 0.0);
    double inside = 0;
    for (String part : told.get(told.size() - 1).split(", ", -1)) {
      String[] words = part.split(" ", 2);
      double seconds = Double.parseDouble(words[0]);
      phases.put(words[1], seconds);
      inside += seconds;
    }
    phases.put("Java", Math.max(0, whole - inside));
    return Measure.ofTime(
            "first step", "from the start of Java, once; model and step as above", whole)
        .withPhases(phases);
  }

  /** Arguments: model folder, rows, tokens per row, precision. */
  public static void main(String[] args) {
    long start = System.nanoTime();
    int batch = Integer.parseInt(args[1]);
    int length = Integer.parseInt(args[2]);
    Libtorch.threads();
    long loaded = System.nanoTime();
    try (Transformer model =
            ModelFolder.readLanguage(Path.of(args[0]), Precision.valueOf(args[3]), true);
        Run run = Run.timed(seconds -> {})) {
      long opened = System.nanoTime();
      LanguageConfig d = LanguageConfig.defaults();
      LanguageConfig config =
          new LanguageConfig(
              1, batch, batch, length, d.optimizer(), 1, 1, d.checkpoints(), 1_000_000, 1);
      int[] ids =
          new Random(1).ints(batch * length + 1L, 0, model.config().vocabularySize()).toArray();
      new LanguageTrainer(config, model, new TokenStream(ids), run).train();
      long stepped = System.nanoTime();
      System.out.println(
          (loaded - start) / 1e9
              + " libtorch, "
              + (opened - loaded) / 1e9
              + " model, "
              + (stepped - opened) / 1e9
              + " step");
    }
  }
}
