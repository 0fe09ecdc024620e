package io.rlhf4j.train;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.model.Weights;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/** Models of sixteen tokens, and runs over them that end within a second. */
final class Miniature {
  static final int VOCABULARY = 16;
  static final int PAD = 0;
  static final int REWARD_TOKEN = 15;

  /** The token that the planted reward model likes to see last. */
  static final int LIKED = 5;

  static final ModelConfig CONFIG =
      ModelConfig.gpt2(VOCABULARY, 16, 1, 2, 32).withInitializerRange(0.1);
  static final CheckpointConfig NO_CHECKPOINTS = new CheckpointConfig(0, 1);
  static final PpoConfig.Kl FREE = new PpoConfig.Kl(0.01, null, 10_000, 0);

  private Miniature() {}

  static Transformer language(long seed) {
    return Transformer.fresh(CONFIG, Precision.FLOAT32, seed);
  }

  static Transformer scalar(long seed) {
    Transformer model = Transformer.scalar(CONFIG, Precision.FLOAT32, true);
    Initialization.gpt2(model, seed);
    Initialization.scalarHead(model, seed);
    return model;
  }

  /**
   * A reward model that scores +1 when the last token is {@link #LIKED}, else -1. All layers are
   * zero; the liked token's embedding is e0 and the others' -e0. The last norm makes them +-u with
   * u0 = sqrt(15): mean 1/16, deviation sqrt(1/16 - 1/256) = sqrt(15)/16, (1 - 1/16) over it.
   */
  static RewardModel planted() {
    Transformer model = Transformer.scalar(CONFIG, Precision.FLOAT32, false);
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Weights weights = model.weights();
      Tensor first = weights.get("tokens").select(1, 0);
      first.fill_(new Scalar(-1.0));
      first.narrow(0, LIKED, 1).fill_(new Scalar(1.0));
      weights.get("norm.weight").fill_(new Scalar(1.0));
      weights.get("score.weight").narrow(1, 0, 1).fill_(new Scalar(1 / Math.sqrt(15)));
    }
    return new RewardModel(model, -1, PAD);
  }

  static OptimizerConfig optimizer(double rate) {
    return OptimizerConfig.paper(rate);
  }

  /** 16 episodes of 4 tokens per iteration, two passes over them. */
  static PpoConfig ppo(
      int iterations, double ptx, PpoConfig.Kl kl, double ema, CheckpointConfig checkpoints) {
    return new PpoConfig(
        iterations * 16,
        16,
        1,
        16,
        8,
        2,
        4,
        1,
        new PpoConfig.RewardShape(null, 0, null, false),
        kl,
        0.2,
        0.2,
        1,
        0.95,
        false,
        true,
        new PpoConfig.Ptx(ptx, 1, 8),
        optimizer(5e-3),
        optimizer(5e-3),
        0,
        0,
        1,
        ema,
        checkpoints,
        1,
        42);
  }

  /** Policy, reference, value and planted reward model; closed together. */
  record Cast(PpoTrainer.Models models) implements AutoCloseable {
    static Cast fresh() {
      return new Cast(new PpoTrainer.Models(language(1), language(1), scalar(2), planted()));
    }

    Transformer policy() {
      return models.policy();
    }

    PpoTrainer trainer(PpoConfig config, Run run) {
      return new PpoTrainer(config, models, prompts(), text(), new int[0], PAD, run);
    }

    @Override
    public void close() {
      models.policy().close();
      models.reference().close();
      models.value().close();
      models.reward().transformer().close();
    }
  }

  static List<int[]> prompts() {
    List<int[]> prompts = new ArrayList<>();
    Random random = new Random(5);
    for (int i = 0; i < 20; i++) {
      prompts.add(random.ints(2 + i % 4, 1, REWARD_TOKEN).toArray());
    }
    return prompts;
  }

  /** A text in which 1, 2, 3, ... 9 follow each other again and again. */
  static TokenStream text() {
    int[] ids = new int[400];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = 1 + i % 9;
    }
    return new TokenStream(ids);
  }

  /** Works with a run in a folder and gives its log. */
  static List<MetricsRow> recorded(Path folder, CheckpointConfig checkpoints, Consumer<Run> work) {
    RunFolder.Start start =
        new RunFolder.Start(
            List.of("test"),
            "",
            JsonNodeFactory.instance.objectNode(),
            1,
            new RunRecord.Versions("test", "17", null),
            List.of());
    try (RunFolder opened = RunFolder.open(folder, start, WhenRunExists.OVERWRITE);
        Run run = Run.in(opened, "test", checkpoints)) {
      work.accept(run);
      opened.finish();
    }
    return MetricsLog.read(folder.resolve("metrics.jsonl"));
  }

  static float[] weights(Transformer model) {
    return Host.floats(model.weights().flat());
  }

  static double number(MetricsRow row, String name) {
    return row.get(name).orElseThrow(() -> new AssertionError("no " + name + " in the log"));
  }

  static MetricsRow last(List<MetricsRow> rows) {
    return rows.get(rows.size() - 1);
  }

  /** The first element of the weight becomes no number. */
  static void poison(Transformer model, String weight) {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      model.weights().get(weight).view(-1).narrow(0, 0, 1).fill_(new Scalar(Double.NaN));
    }
  }
}
