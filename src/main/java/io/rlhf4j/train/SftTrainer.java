package io.rlhf4j.train;

import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Dropout;
import io.rlhf4j.model.Pass;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.RandomStream;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntConsumer;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.jspecify.annotations.Nullable;

/**
 * Step 1 of the paper: supervised fine-tuning on demonstrations (App. C.1), optionally with
 * pretraining text mixed in (the PPO starting point, App. C.3).
 */
public final class SftTrainer {
  private final SftConfig config;
  private final Transformer model;
  private final int padId;
  private final List<Sample> train;
  private final List<Sample> valid;
  private final @Nullable TokenStream pretraining;
  private final int pretrainingLength;
  private final Run run;
  private IntConsumer afterEpoch = epoch -> {};

  /**
   * @param train demonstrations; each must fit {@code max_length} and the model
   * @param valid held-out demonstrations, may be empty
   * @param pretraining text to mix in; needed when {@code pretrain_share} is above 0
   */
  public SftTrainer(
      SftConfig config,
      Transformer model,
      int padId,
      List<Sample> train,
      List<Sample> valid,
      @Nullable TokenStream pretraining,
      Run run) {
    Checks.require(!train.isEmpty(), "data.train", "must hold at least one demonstration", "empty");
    Checks.require(
        config.pretrainShare() == 0 || pretraining != null,
        "pretrain_share",
        "needs pretraining text (data.pretrain)",
        config.pretrainShare());
    this.config = config;
    this.model = model;
    this.padId = padId;
    this.train =
        config.completionOnly()
            ? train
            : train.stream().map(sample -> allCounted(sample.joined())).toList();
    this.valid = valid;
    this.pretraining = pretraining;
    // Rows as long as the average demonstration: a share of the rows is then a share of the tokens.
    this.pretrainingLength =
        (int) Math.ceil(train.stream().mapToInt(Sample::length).average().orElseThrow());
    this.run = run;
  }

  /** Called with the number of each epoch that ends, from 1; for selection among epochs. */
  public SftTrainer afterEpoch(IntConsumer listener) {
    afterEpoch = listener;
    return this;
  }

  /** Optimizer steps per epoch. */
  public int stepsPerEpoch() {
    return Math.max(1, train.size() / config.batchSize());
  }

  /** Runs all epochs. */
  public void train() {
    int perEpoch = stepsPerEpoch();
    int steps = perEpoch * config.epochs();
    Order order = new Order(train.size(), Seeds.mix(config.seed(), "demonstration order"));
    Schedule schedule =
        new Schedule.Cosine(
            config.optimizer().learningRate(),
            steps,
            config.floor(),
            Math.min(config.warmupSteps(), steps),
            Schedule.WarmUp.FROM_ONE);
    try (Updater updater = new Updater("policy", model.trained(), config.optimizer())) {
      try {
        int start = run.restore(steps, updater::restore);
        for (int step = start; step < steps; step++) {
          run.stepBegins();
          List<Sample> batch = new ArrayList<>();
          long first =
              (long) (step / perEpoch) * train.size()
                  + (long) (step % perEpoch) * config.batchSize();
          for (int i : order.slice(first, Math.min(config.batchSize(), train.size()))) {
            batch.add(train.get(i));
          }
          List<Sample> mixedIn = pretrainingRows(step);
          double ownLoss = gradients(step, batch, mixedIn) / counted(batch);
          double rate = schedule.rate(step);
          double norm = run.guard(ownLoss, updater, rate);
          int tokens = batch.stream().mapToInt(Sample::length).sum() + counted(mixedIn);
          boolean epochEnds = (step + 1) % perEpoch == 0;
          MetricsRow row =
              new MetricsRow(step + 1)
                  .put("loss", ownLoss)
                  .put("grad_norm", norm)
                  .put("learning_rate", rate)
                  .put("epoch", (step + 1.0) / perEpoch);
          if (epochEnds && !valid.isEmpty()) {
            row.put("eval_loss", evaluate(valid));
          }
          run.stepEnds(row, steps, epochEnds ? 1 : config.logEvery(), tokens, "loss", "eval_loss");
          if (epochEnds) {
            afterEpoch.accept((step + 1) / perEpoch);
          }
          run.checkpointIfDue(step + 1, steps, config.checkpoints(), updater::state);
        }
      } catch (DivergenceException e) {
        throw run.rollBack(e); // while the optimizers are still there to be restored
      }
    }
  }

  /** Mean loss on the completions of samples, nats per token. */
  public double evaluate(List<Sample> samples) {
    double loss = 0;
    int tokens = 0;
    for (int[] slice : CompletionBatch.slices(samples.size(), config.microBatchSize())) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        CompletionBatch batch = batch(samples.subList(slice[0], slice[1]));
        loss += batch.lmLoss(model.forward(batch.tokens(), batch.predictors())).item_double();
        tokens += batch.completionTokens();
      }
    }
    return loss / tokens;
  }

  /**
   * Gradients of one step: the mean loss of a completion token, and the share of the mixture times
   * the mean loss of a pretraining token. Counted token by token the pretraining text would weigh
   * much more than its share, as all of its tokens count and a prompt's do not.
   *
   * @return the summed loss of the demonstrations
   */
  private double gradients(int step, List<Sample> batch, List<Sample> mixedIn) {
    List<Sample> all = new ArrayList<>(batch);
    all.addAll(mixedIn);
    double share = config.pretrainShare();
    double mixedWeight = mixedIn.isEmpty() ? 0 : share / (1 - share) / counted(mixedIn);
    // A stream of masks for each step: the same after a resume.
    try (RandomStream masks = RandomStream.of(Seeds.mix(config.seed(), step))) {
      Dropout dropout = new Dropout(config.residualDropout(), masks);
      double loss = 0;
      for (int[] slice : CompletionBatch.slices(all.size(), config.microBatchSize())) {
        int own = Math.max(slice[0], Math.min(slice[1], batch.size()));
        loss +=
            backward(
                all.subList(slice[0], own),
                1.0 / counted(batch),
                all.subList(own, slice[1]),
                mixedWeight,
                dropout);
      }
      return loss;
    }
  }

  /** Demonstrations and pretraining rows in one pass; each kind's tokens have their own weight. */
  private double backward(
      List<Sample> own, double ownWeight, List<Sample> mixed, double mixedWeight, Dropout dropout) {
    List<Sample> both = new ArrayList<>(own);
    both.addAll(mixed);
    int ownTokens = counted(own);
    try (TensorScope scope = TensorScope.open()) {
      CompletionBatch batch = batch(both);
      Pass pass = model.forward(batch.tokens(), batch.predictors(), dropout);
      if (own.isEmpty()) {
        model.backward(batch.lmLoss(pass).mul(new Scalar(mixedWeight)));
        return 0;
      }
      Tensor sum = batch.lmLoss(pass, 0, ownTokens);
      Tensor loss = sum.mul(new Scalar(ownWeight));
      if (!mixed.isEmpty()) {
        Tensor text = batch.lmLoss(pass, ownTokens, batch.completionTokens());
        loss = loss.add(text.mul(new Scalar(mixedWeight)));
      }
      model.backward(loss);
      return sum.item_double();
    }
  }

  /** Tokens that are learned. */
  private static int counted(List<Sample> samples) {
    return samples.stream().mapToInt(s -> s.completion().length).sum();
  }

  private CompletionBatch batch(List<Sample> samples) {
    return config.packing()
        ? CompletionBatch.compact(samples, padId)
        : CompletionBatch.of(samples, padId);
  }

  private List<Sample> pretrainingRows(int step) {
    TokenStream text = pretraining;
    if (text == null || config.pretrainShare() == 0) {
      return List.of();
    }
    double share = config.pretrainShare();
    int count = (int) Math.max(1, Math.round(config.batchSize() * share / (1 - share)));
    int length = pretrainingLength;
    Order order = new Order(text.rows(length), Seeds.mix(config.seed(), "pretraining order"));
    List<Sample> rows = new ArrayList<>();
    for (int row : order.slice((long) step * count, count)) {
      rows.add(allCounted(text.row(row, length)));
    }
    return rows;
  }

  /** The first token can only be read; every other one is learned, a prompt's too. */
  private static Sample allCounted(int[] ids) {
    return new Sample(Arrays.copyOf(ids, 1), Arrays.copyOfRange(ids, 1, ids.length));
  }
}
