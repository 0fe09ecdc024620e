package io.rlhf4j.train;

import io.rlhf4j.loss.PreferenceLoss;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Direct preference optimization (Rafailov et al. 2023): the policy is trained on comparisons
 * without a reward model; the policy before training is the reference.
 */
public final class DpoTrainer {
  private final DpoConfig config;
  private final Transformer policy;
  private final int padId;
  private final List<PairSample> train;
  private final Run run;

  public DpoTrainer(
      DpoConfig config, Transformer policy, int padId, List<PairSample> train, Run run) {
    Checks.require(!train.isEmpty(), "data.comparisons", "must hold at least one pair", "empty");
    this.config = config;
    this.policy = policy;
    this.padId = padId;
    this.train = train;
    this.run = run;
  }

  /** Runs all epochs. */
  public void train() {
    int size = Math.min(config.batchSize(), train.size());
    int perEpoch = Math.max(1, train.size() / size);
    int steps = perEpoch * config.epochs();
    Order order = new Order(train.size(), Seeds.mix(config.seed(), "comparison order"));
    Schedule schedule =
        new Schedule.Cosine(
            config.optimizer().learningRate(),
            steps,
            config.floor(),
            Math.min(config.warmupSteps(), steps),
            Schedule.WarmUp.FROM_ONE);
    // 1. The reference's log-probabilities, once: the policy as it is before the first step.
    float[] reference = referenceLogprobs(); // [2 * pairs] chosen, rejected
    PreferenceLoss loss = new PreferenceLoss.Sigmoid(config.beta(), config.labelSmoothing());
    try (Updater updater = new Updater("policy", policy.trained(), config.optimizer())) {
      try {
        int start = run.restore(steps, updater::restore);
        for (int step = start; step < steps; step++) {
          run.stepBegins();
          long first = (long) (step / perEpoch) * train.size() + (long) (step % perEpoch) * size;
          int[] batch = order.slice(first, size);
          double[] sums = new double[Stat.values().length];
          int tokens = 0;
          for (int[] slice : CompletionBatch.slices(size, config.microBatchSize())) {
            // 2. Both completions of every pair in one forward pass; 3. the loss and its gradient.
            try (TensorScope scope = TensorScope.open()) {
              int[] part = Arrays.copyOfRange(batch, slice[0], slice[1]);
              tokens += backward(part, size, loss, reference, sums);
            }
          }
          double rate = schedule.rate(step);
          double norm = run.guard(sums[Stat.LOSS.ordinal()], updater, rate);
          MetricsRow row = new MetricsRow(step + 1);
          for (Stat stat : Stat.values()) {
            row.put(stat.key, sums[stat.ordinal()]);
          }
          row.put("grad_norm", norm)
              .put("learning_rate", rate)
              .put("epoch", (step + 1.0) / perEpoch);
          run.stepEnds(row, steps, config.logEvery(), tokens, "loss", "rewards/accuracies");
          run.checkpointIfDue(step + 1, steps, config.checkpoints(), updater::state);
        }
      } catch (DivergenceException e) {
        throw run.rollBack(e); // while the optimizers are still there to be restored
      }
    }
  }

  /** What is averaged over the pairs of a step. */
  private enum Stat {
    LOSS("loss"),
    CHOSEN("rewards/chosen"),
    REJECTED("rewards/rejected"),
    MARGIN("rewards/margins"),
    ACCURACY("rewards/accuracies"),
    CHOSEN_LOGPROB("logps/chosen"),
    REJECTED_LOGPROB("logps/rejected");

    final String key;

    Stat(String key) {
      this.key = key;
    }
  }

  private int backward(
      int[] part, int batchSize, PreferenceLoss loss, float[] reference, double[] sums) {
    int b = part.length;
    float[] chosenReference = new float[b];
    float[] rejectedReference = new float[b];
    for (int i = 0; i < b; i++) {
      chosenReference[i] = reference[2 * part[i]];
      rejectedReference[i] = reference[2 * part[i] + 1];
    }
    CompletionBatch batch = batch(part);
    Tensor logprobs =
        batch.sequenceLogprobs(policy.forward(batch.tokens(), batch.predictors())); // [2 b]
    Tensor chosen = logprobs.view(b, 2).select(1, 0);
    Tensor rejected = logprobs.view(b, 2).select(1, 1);
    PreferenceLoss.Result outcome =
        loss.of(
            chosen, rejected, Host.floats(chosenReference, b), Host.floats(rejectedReference, b));
    double share = (double) b / batchSize;
    policy.backward(outcome.loss().mul(new Scalar(share)));
    float[] chosenRewards = Host.floats(outcome.chosenRewards());
    float[] rejectedRewards = Host.floats(outcome.rejectedRewards());
    float[] all = Host.floats(logprobs);
    sums[Stat.LOSS.ordinal()] += outcome.loss().item_double() * share;
    for (int i = 0; i < b; i++) {
      double margin = chosenRewards[i] - rejectedRewards[i];
      sums[Stat.CHOSEN.ordinal()] += chosenRewards[i] / (double) batchSize;
      sums[Stat.REJECTED.ordinal()] += rejectedRewards[i] / (double) batchSize;
      sums[Stat.MARGIN.ordinal()] += margin / batchSize;
      sums[Stat.ACCURACY.ordinal()] += (margin > 0 ? 1.0 : 0.0) / batchSize;
      sums[Stat.CHOSEN_LOGPROB.ordinal()] += all[2 * i] / (double) batchSize;
      sums[Stat.REJECTED_LOGPROB.ordinal()] += all[2 * i + 1] / (double) batchSize;
    }
    return batch.tokens().tokens();
  }

  private CompletionBatch batch(int[] part) {
    List<Sample> samples = new ArrayList<>();
    for (int i : part) { // side by side, so that the two share their prompt's computation
      samples.add(new Sample(train.get(i).prompt(), train.get(i).chosen()));
      samples.add(new Sample(train.get(i).prompt(), train.get(i).rejected()));
    }
    return CompletionBatch.compact(samples, padId);
  }

  private float[] referenceLogprobs() {
    float[] found = new float[2 * train.size()];
    for (int[] slice : CompletionBatch.slices(train.size(), config.microBatchSize())) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        int[] part = new int[slice[1] - slice[0]];
        Arrays.setAll(part, i -> slice[0] + i);
        CompletionBatch batch = batch(part);
        float[] logprobs =
            Host.floats(batch.sequenceLogprobs(policy.forward(batch.tokens(), batch.predictors())));
        for (int i = 0; i < part.length; i++) {
          found[2 * part[i]] = logprobs[2 * i];
          found[2 * part[i] + 1] = logprobs[2 * i + 1];
        }
      }
    }
    return found;
  }
}
