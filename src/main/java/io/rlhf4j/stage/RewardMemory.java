package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.RankedSample;
import io.rlhf4j.train.RewardConfig;
import java.util.List;

/** What reward-model training holds: one scalar model, and the completions of some rankings. */
final class RewardMemory {
  private RewardMemory() {}

  static MemoryPlan plan(RewardStage.Job job) {
    RewardConfig training = job.training();
    boolean likelihood = training.likelihoodWeight() > 0;
    Heads heads = likelihood ? Heads.BOTH : Heads.SCALAR;
    Footprint model =
        MemoryParts.learner(
            job.model(), job.precision(), heads, job.lora(), job.gradientCheckpointing());
    List<RankedSample> rankings = rankings(job, model.config().maxPositions());
    double completions =
        rankings.stream().mapToInt(r -> r.completions().size()).average().orElse(1);
    // Whole rankings go together, the outputs of each behind one copy of their prompt, or several
    // where a row would grow longer than two samples.
    long most = 2 * rankings.stream().mapToLong(RewardMemory::longest).max().orElse(0);
    long together =
        Math.max(
            1, Math.min(training.batchSize(), (long) (training.microBatchSize() / completions)));
    long longest = Math.min(most, rankings.stream().mapToLong(r -> tokens(r, 1)).max().orElse(0));
    double mean =
        rankings.stream()
            .mapToLong(r -> tokens(r, (tokens(r, 1) + most - 1) / most))
            .average()
            .orElse(0);
    long packed = Math.max(1, (long) Math.ceil(together * mean / longest));
    double completionTokens =
        rankings.stream()
            .flatMap(r -> r.completions().stream())
            .mapToInt(c -> c.length)
            .average()
            .orElse(0);
    long predicted = likelihood ? (long) (together * completions * completionTokens) : 0;
    return new MemoryParts()
        .trained("model", model, training.optimizer())
        .atItsWidest(
            "activations of %d rankings of up to %d tokens".formatted(together, longest),
            model.castWeights()
                + model.activations(packed, Shape.stepped(longest))
                + model.lmLoss(predicted))
        .plan();
  }

  private static long tokens(RankedSample ranking, long copiesOfThePrompt) {
    return copiesOfThePrompt * ranking.prompt().length
        + ranking.completions().stream().mapToLong(c -> c.length).sum();
  }

  private static long longest(RankedSample ranking) {
    return ranking.prompt().length
        + ranking.completions().stream().mapToLong(c -> c.length).max().orElse(0);
  }

  private static List<RankedSample> rankings(RewardStage.Job job, int positions) {
    int longest = Math.min(job.training().maxLength(), positions);
    try (Tokenizer tokenizer = Tokenizer.load(job.model())) {
      return new Texts(PromptFormat.of(job.format(), tokenizer), longest)
          .rankings(DatasetReader.readRankings(job.rankings()))
          .orFail("ranking", longest);
    }
  }
}
