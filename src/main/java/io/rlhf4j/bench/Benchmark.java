package io.rlhf4j.bench;

import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Libtorch;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.LanguageTrainer;
import io.rlhf4j.train.Run;
import io.rlhf4j.train.TokenStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Times a training step and generation of a GPT-2 type model with random weights, beside the rate
 * at which this machine multiplies matrices in the same minutes. Medians over repetitions.
 */
public record Benchmark(
    int layers,
    int width,
    int heads,
    int vocabulary,
    int batch,
    int length,
    int repetitions,
    Precision precision) {
  private static final int DECODE_ROWS = 32;
  private static final int PROMPT = 64;
  private static final int NEW_TOKENS = 128;

  /** Measures and tells, line by line. */
  public void run(Consumer<String> out) {
    out.accept(
        String.format(
            Locale.ROOT,
            "model              %d layers, %d wide, %d heads, vocabulary %d; %s, %d threads",
            layers,
            width,
            heads,
            vocabulary,
            precision.name().toLowerCase(Locale.ROOT),
            Libtorch.threads()));
    double peak = matmulRate();
    out.accept(
        String.format(
            Locale.ROOT,
            "matrix multiply    %.0f GFLOP/s (%d x %d times %d x %d, transposed)",
            peak / 1e9,
            batch * length,
            width,
            4 * width,
            width));
    ModelConfig config =
        ModelConfig.gpt2(vocabulary, width, layers, heads, Math.max(length, PROMPT + NEW_TOKENS));
    try (Transformer model = Transformer.fresh(config, precision, 1)) {
      double seconds = trainingStep(model);
      int tokens = batch * length;
      double flop = tokens * flopPerToken();
      out.accept(
          String.format(
              Locale.ROOT,
              "training step      %.0f ms, %.0f tokens/s, %.0f GFLOP/s, %.0f%% of the multiply rate",
              seconds * 1e3,
              tokens / seconds,
              flop / seconds / 1e9,
              100 * flop / seconds / peak));
      double decode = decode(model);
      out.accept(
          String.format(
              Locale.ROOT,
              "decode             %.0f tokens/s (%d rows, %d prompt + %d new tokens, sampled)",
              DECODE_ROWS * NEW_TOKENS / decode,
              DECODE_ROWS,
              PROMPT,
              NEW_TOKENS));
    }
  }

  /** 6 (12 L C^2 + V C) + 12 L C T: forward and backward, attention included. */
  private double flopPerToken() {
    double l = layers;
    double c = width;
    return 6 * (12 * l * c * c + vocabulary * c) + 12 * l * c * length;
  }

  private double matmulRate() {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TensorOptions options = new TensorOptions(precision.type());
      Tensor x = torch.ones(new long[] {(long) batch * length, width}, options);
      Tensor w = torch.ones(new long[] {4L * width, width}, options);
      double seconds =
          median(
              () -> {
                try (TensorScope inner = TensorScope.withoutGradients()) {
                  for (int i = 0; i < 10; i++) {
                    torch.linear(x, w);
                  }
                }
              });
      return 10 * 2.0 * batch * length * width * 4 * width / seconds;
    }
  }

  /** A whole optimizer step as the trainer does it. */
  private double trainingStep(Transformer model) {
    int[] ids = new Random(1).ints(20L * batch * length + 1, 0, vocabulary).toArray();
    LanguageConfig d = LanguageConfig.defaults();
    List<Double> times = new ArrayList<>();
    // Steps are timed from the outside, as differences, so that nothing of the loop is left out.
    LanguageConfig config =
        new LanguageConfig(
            repetitions + 2,
            batch,
            batch,
            length,
            d.optimizer(),
            1,
            1,
            d.checkpoints(),
            1_000_000,
            1);
    try (Run run = Run.timed(times::add)) {
      new LanguageTrainer(config, model, new TokenStream(ids), run).train();
    }
    double[] steady = times.stream().skip(2).mapToDouble(Double::doubleValue).sorted().toArray();
    return steady[steady.length / 2];
  }

  private double decode(Transformer model) {
    Random random = new Random(2);
    List<int[]> prompts = new ArrayList<>();
    long[] seeds = new long[DECODE_ROWS];
    for (int i = 0; i < DECODE_ROWS; i++) {
      prompts.add(random.ints(PROMPT, 0, vocabulary).toArray());
      seeds[i] = i;
    }
    Generator generator = new Generator(model, DECODE_ROWS);
    return median(
        () -> {
          List<Generation> written =
              generator.generate(prompts, Sampling.plain(NEW_TOKENS), seeds, new int[0]);
          if (written.size() != DECODE_ROWS) {
            throw new IllegalStateException("a row was lost");
          }
        });
  }

  private double median(Runnable work) {
    work.run();
    double[] seconds = new double[Math.max(3, repetitions / 3)];
    for (int i = 0; i < seconds.length; i++) {
      long start = System.nanoTime();
      work.run();
      seconds[i] = (System.nanoTime() - start) / 1e9;
    }
    Arrays.sort(seconds);
    return seconds[seconds.length / 2];
  }
}
