package io.rlhf4j.train;

import io.rlhf4j.loss.PlackettLuceLoss;
import io.rlhf4j.loss.RankingLoss;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;

/**
 * Step 2 of the paper: a reward model from rankings (section 3.5). All pairs of one prompt are one
 * batch element, each completion goes through the model once, ties are dropped.
 */
public final class RewardTrainer {
  private final RewardConfig config;
  private final RewardModel model;
  private final List<RankedSample> train;
  private final Run run;

  /**
   * @param train rankings with at least one pair that is no tie
   */
  public RewardTrainer(RewardConfig config, RewardModel model, List<RankedSample> train, Run run) {
    Checks.require(!train.isEmpty(), "data.rankings", "must hold at least one ranking", "empty");
    this.config = config;
    this.model = model;
    this.train = train;
    this.run = run;
  }

  /** Runs all epochs. */
  public void train() {
    int size = Math.min(config.batchSize(), train.size());
    int perEpoch = Math.max(1, train.size() / size);
    int steps = perEpoch * config.epochs();
    Order order = new Order(train.size(), Seeds.mix(config.seed(), "ranking order"));
    Schedule schedule =
        new Schedule.Cosine(
            config.optimizer().learningRate(),
            steps,
            config.floor(),
            Math.min(config.warmupSteps(), steps),
            Schedule.WarmUp.FROM_ONE);
    try (Updater updater =
        new Updater("reward", model.transformer().trained(), config.optimizer())) {
      try {
        int start = run.restore(steps, updater::restore);
        for (int step = start; step < steps; step++) {
          run.stepBegins();
          List<RankedSample> batch = new ArrayList<>();
          long first = (long) (step / perEpoch) * train.size() + (long) (step % perEpoch) * size;
          for (int i : order.slice(first, size)) {
            batch.add(train.get(i));
          }
          Sums sums = new Sums();
          for (List<RankedSample> part : parts(batch)) {
            try (TensorScope scope = TensorScope.open()) {
              backward(part, size, sums);
            }
          }
          double rate = schedule.rate(step);
          double norm = run.guard(sums.loss, updater, rate);
          double accuracy = sums.right / Math.max(1, sums.pairs);
          run.stepEnds(
              new MetricsRow(step + 1)
                  .put("loss", sums.loss)
                  .put("accuracy", accuracy)
                  .put("margin", sums.margin / Math.max(1, sums.pairs))
                  .put("min_reward", sums.min)
                  .put("mean_reward", sums.reward / sums.completions)
                  .put("max_reward", sums.max)
                  .put("grad_norm", norm)
                  .put("learning_rate", rate)
                  .put("epoch", (step + 1.0) / perEpoch),
              steps,
              config.logEvery(),
              sums.tokens,
              "loss",
              "accuracy");
          run.checkpointIfDue(step + 1, steps, config.checkpoints(), updater::state);
        }
      } catch (DivergenceException e) {
        throw run.rollBack(e); // while the optimizers are still there to be restored
      }
    }
  }

  /** Loss and gradient of some rankings of the batch, each with weight 1 / batch size. */
  private void backward(List<RankedSample> part, int batchSize, Sums sums) {
    List<Sample> samples = new ArrayList<>();
    List<int[]> groups = new ArrayList<>();
    for (RankedSample ranking : part) {
      int[] group = new int[ranking.completions().size()];
      for (int i = 0; i < group.length; i++) {
        group[i] = samples.size();
        samples.add(new Sample(ranking.prompt(), ranking.completions().get(i)));
      }
      groups.add(group);
    }
    Tensor scores = model.scores(samples); // [S]
    Tensor loss = loss(scores, part, groups);
    double share = (double) part.size() / batchSize;
    model.transformer().backward(loss.mul(new Scalar(share)));
    sums.loss += loss.item_double() * share;
    sums.tokens += samples.stream().mapToInt(Sample::length).sum();
    sums.add(Host.floats(scores), part, groups);
  }

  private Tensor loss(Tensor scores, List<RankedSample> part, List<int[]> groups) {
    return switch (config.objective()) {
      case PAIRWISE -> {
        RankingPairs pairs = RankingPairs.of(part, groups);
        yield RankingLoss.pairwise(
                scores,
                Host.longs(pairs.winners(), pairs.winners().length),
                Host.longs(pairs.losers(), pairs.losers().length),
                Host.floats(pairs.weights(), pairs.weights().length),
                part.size())
            .loss();
      }
      case PLACKETT_LUCE -> {
        RankingOrder order = RankingOrder.of(part, groups);
        long g = part.size();
        long k = order.width();
        Tensor sorted =
            scores.index_select(0, Host.longs(order.indices(), order.indices().length)).view(g, k);
        yield PlackettLuceLoss.mean(
            sorted, Host.floats(order.present(), g, k), Host.floats(order.placed(), g, k));
      }
    };
  }

  /** Whole rankings together up to the micro-batch's number of completions. */
  private List<List<RankedSample>> parts(List<RankedSample> batch) {
    List<List<RankedSample>> parts = new ArrayList<>();
    List<RankedSample> part = new ArrayList<>();
    int completions = 0;
    for (RankedSample ranking : batch) {
      if (!part.isEmpty() && completions + ranking.completions().size() > config.microBatchSize()) {
        parts.add(part);
        part = new ArrayList<>();
        completions = 0;
      }
      part.add(ranking);
      completions += ranking.completions().size();
    }
    parts.add(part);
    return parts;
  }

  /** What a step's log row is made from. */
  private static final class Sums {
    double loss;
    double right;
    double margin;
    int pairs;
    double reward;
    double min = Double.POSITIVE_INFINITY;
    double max = Double.NEGATIVE_INFINITY;
    int completions;
    int tokens;

    void add(float[] scores, List<RankedSample> part, List<int[]> groups) {
      for (float score : scores) {
        reward += score;
        min = Math.min(min, score);
        max = Math.max(max, score);
        completions++;
      }
      RankingPairs all = RankingPairs.of(part, groups);
      for (int i = 0; i < all.winners().length; i++) {
        double difference = scores[all.winners()[i]] - scores[all.losers()[i]];
        right += difference > 0 ? 1 : difference == 0 ? 0.5 : 0;
        margin += difference;
        pairs++;
      }
    }
  }
}
