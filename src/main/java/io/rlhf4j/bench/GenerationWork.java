package io.rlhf4j.bench;

import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Sampling of completions, from a single prompt and from many at once. */
record GenerationWork(Sizes sizes) {
  private static final int PROMPT = 64;
  private static final int NEW_TOKENS = 128;

  /** Runs before those that count: they take memory, and Java compiles what is called often. */
  private static final int WARM_UP = 3;

  void measure(Consumer<Measure> out) {
    try (Transformer model =
        Transformer.fresh(sizes.model(PROMPT + NEW_TOKENS), sizes.precision(), 1)) {
      out.accept(generation(model, 1));
      out.accept(generation(model, sizes.rows()));
    }
  }

  /** Prompts are read within the time that is taken, as a user waits for them too. */
  private Measure generation(Transformer model, int rows) {
    List<int[]> prompts = sizes.prompts(rows, PROMPT);
    Generator generator = new Generator(model, rows);
    Times prefill = new Times();
    Times whole = new Times();
    Long peak =
        ResidentSet.peakOf(
            () -> {
              for (int i = 0; i < WARM_UP; i++) {
                generate(generator, prompts, NEW_TOKENS);
              }
              for (int i = 0; i < sizes.repetitions(); i++) {
                prefill.time(() -> generate(generator, prompts, 1));
                whole.time(() -> generate(generator, prompts, NEW_TOKENS));
              }
            });
    Map<String, Double> phases = new LinkedHashMap<>();
    phases.put("prefill", prefill.median());
    phases.put("decode", Math.max(0, whole.median() - prefill.median()));
    String detail = "%d x %d prompt + %d new tokens, sampled".formatted(rows, PROMPT, NEW_TOKENS);
    return Measure.ofTokens("generation", detail, whole.median(), (long) rows * NEW_TOKENS)
        .withPhases(phases)
        .withPeak(peak);
  }

  private static void generate(Generator generator, List<int[]> prompts, int newTokens) {
    List<Generation> written =
        generator.generate(
            prompts, Sampling.plain(newTokens), new long[prompts.size()], new int[0]);
    if (written.size() != prompts.size()) {
      throw new IllegalStateException("a row was lost");
    }
  }
}
