package io.rlhf4j.bench;

import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.LanguageConfig;
import io.rlhf4j.train.LanguageTrainer;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.Run;
import io.rlhf4j.train.TokenStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Times a training step, generation and a PPO step of a GPT-2 type model with random weights,
 * beside the rate at which this machine multiplies matrices in the same minutes. Medians over
 * repetitions.
 *
 * @param batch rows of a training step
 * @param length tokens per row of a training step
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
  private static final int ROWS = 32;
  private static final int PROMPT = 64;
  private static final int NEW_TOKENS = 128;
  private static final int PPO_NEW_TOKENS = 64;
  private static final int PPO_MINIBATCH = 8;
  private static final int PPO_EPOCHS = 4;

  /** The first steps take memory and choose kernels. */
  private static final int WARM_UP = 2;

  /** What can be timed. */
  public enum Work {
    TRAIN,
    GENERATE,
    PPO
  }

  /**
   * Measures.
   *
   * @param out told every figure as soon as it is known
   */
  public List<Measure> run(Set<Work> works, Consumer<Measure> out) {
    List<Measure> measures = new ArrayList<>();
    Consumer<Measure> both = out.andThen(measures::add);
    double peak = matmul(both);
    if (works.contains(Work.TRAIN)) {
      train(peak, both);
    }
    if (works.contains(Work.GENERATE)) {
      generate(both);
    }
    if (works.contains(Work.PPO)) {
      ppo(both);
    }
    return measures;
  }

  private double matmul(Consumer<Measure> out) {
    int products = 10;
    double seconds;
    try (TensorScope scope = TensorScope.withoutGradients()) {
      TensorOptions options = new TensorOptions(precision.type());
      Tensor x = torch.ones(new long[] {(long) batch * length, width}, options);
      Tensor w = torch.ones(new long[] {4L * width, width}, options);
      seconds =
          median(
              () -> {
                try (TensorScope inner = TensorScope.withoutGradients()) {
                  for (int i = 0; i < products; i++) {
                    torch.linear(x, w);
                  }
                }
              });
    }
    double rate = products * 2.0 * batch * length * width * 4 * width / seconds;
    String detail =
        "%d x %d times %d x %d, transposed".formatted(batch * length, width, 4 * width, width);
    out.accept(new Measure("matrix multiply", detail, seconds / products, null, rate, null));
    return rate;
  }

  /** 6 (12 L C^2 + V C) + 12 L C T: forward and backward, attention included. */
  double flopPerToken() {
    double l = layers;
    double c = width;
    return 6 * (12 * l * c * c + vocabulary * c) + 12 * l * c * length;
  }

  /** A whole optimizer step as the trainer does it. */
  private void train(double peak, Consumer<Measure> out) {
    int[] ids = tokens(1, 20 * batch * length + 1);
    LanguageConfig d = LanguageConfig.defaults();
    LanguageConfig config =
        new LanguageConfig(
            repetitions + WARM_UP,
            batch,
            batch,
            length,
            d.optimizer(),
            1,
            1,
            d.checkpoints(),
            1_000_000,
            1);
    List<Double> times = new ArrayList<>();
    try (Transformer model = Transformer.fresh(shape(length), precision, 1);
        Run run = Run.timed(times::add)) {
      new LanguageTrainer(config, model, new TokenStream(ids), run).train();
    }
    double seconds = steady(times);
    double rate = batch * length / seconds;
    double flop = rate * flopPerToken();
    out.accept(
        new Measure(
            "training step",
            "%d rows of %d tokens".formatted(batch, length),
            seconds,
            rate,
            flop,
            flop / peak));
  }

  private void generate(Consumer<Measure> out) {
    try (Transformer model = Transformer.fresh(shape(PROMPT + NEW_TOKENS), precision, 1)) {
      out.accept(generation(model, "prefill", ROWS, 1, ROWS * PROMPT));
      out.accept(generation(model, "decode", ROWS, NEW_TOKENS, ROWS * NEW_TOKENS));
      out.accept(generation(model, "decode", 1, NEW_TOKENS, NEW_TOKENS));
    }
  }

  /** Prompts are read within the time that is taken for decoding, as a user waits for them too. */
  private Measure generation(Transformer model, String work, int rows, int newTokens, int counted) {
    List<int[]> prompts = prompts(rows);
    Generator generator = new Generator(model, rows);
    double seconds =
        median(
            () -> {
              List<Generation> written =
                  generator.generate(
                      prompts, Sampling.plain(newTokens), new long[rows], new int[0]);
              if (written.size() != rows) {
                throw new IllegalStateException("a row was lost");
              }
            });
    String detail =
        "%d rows, %d prompt + %d new tokens, sampled".formatted(rows, PROMPT, newTokens);
    return new Measure(work, detail, seconds, counted / seconds, null, null);
  }

  /** One iteration: sampling, scoring by four models, and all epochs of learning. */
  private void ppo(Consumer<Measure> out) {
    ModelConfig shape = shape(PROMPT + PPO_NEW_TOKENS);
    OptimizerConfig optimizer = OptimizerConfig.paper(1e-5);
    PpoConfig config =
        new PpoConfig(
            ROWS * (repetitions + WARM_UP),
            ROWS,
            PPO_MINIBATCH,
            PPO_MINIBATCH,
            PPO_EPOCHS,
            PPO_NEW_TOKENS,
            1,
            new PpoConfig.RewardShape(null, 0, null, false),
            new PpoConfig.Kl(0.05, null, 10_000, 0),
            0.2,
            0.2,
            1,
            0.95,
            false,
            true,
            new PpoConfig.Ptx(0, 1, PROMPT),
            optimizer,
            optimizer,
            0,
            0,
            0,
            new CheckpointConfig(0, 1),
            1_000_000,
            1);
    List<Double> times = new ArrayList<>();
    try (Transformer policy = Transformer.fresh(shape, precision, 1);
        Transformer reference = Transformer.fresh(shape, precision, 1);
        Transformer value = Transformer.scalar(shape, precision, true);
        Transformer reward = Transformer.scalar(shape, precision, false);
        Run run = Run.timed(times::add)) {
      PpoTrainer.Models models =
          new PpoTrainer.Models(policy, reference, value, new RewardModel(reward, -1, 0));
      new PpoTrainer(config, models, prompts(ROWS), null, new int[0], 0, run).train();
    }
    double seconds = steady(times);
    String detail =
        "%d episodes of %d + %d tokens, %d epochs in minibatches of %d"
            .formatted(ROWS, PROMPT, PPO_NEW_TOKENS, PPO_EPOCHS, PPO_MINIBATCH);
    out.accept(
        new Measure("PPO step", detail, seconds, ROWS * PPO_NEW_TOKENS / seconds, null, null));
  }

  private ModelConfig shape(int positions) {
    return ModelConfig.gpt2(vocabulary, width, layers, heads, positions);
  }

  private List<int[]> prompts(int count) {
    List<int[]> prompts = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      prompts.add(tokens(2 + i, PROMPT));
    }
    return prompts;
  }

  private int[] tokens(long seed, int count) {
    return new Random(seed).ints(count, 0, vocabulary).toArray();
  }

  private static double steady(List<Double> times) {
    double[] sorted =
        times.stream().skip(WARM_UP).mapToDouble(Double::doubleValue).sorted().toArray();
    return sorted[sorted.length / 2];
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
