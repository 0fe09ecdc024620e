package io.rlhf4j.stage;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.DpoConfig;
import io.rlhf4j.train.PairSample;
import java.util.List;

/**
 * What DPO holds: one model, which is its own reference before the first step, and a micro-batch of
 * comparisons.
 */
final class DpoMemory {
  private DpoMemory() {}

  static MemoryPlan plan(DpoStage.Job job) {
    DpoConfig training = job.training();
    Footprint policy =
        MemoryParts.learner(
            job.model(), job.precision(), Heads.LANGUAGE, job.lora(), job.gradientCheckpointing());
    List<PairSample> pairs = pairs(job, policy.config().maxPositions());
    long rows = Math.min(training.microBatchSize(), Math.min(training.batchSize(), pairs.size()));
    // Both completions stand behind one copy of their prompt, and rows are as long as the longest.
    long longest = pairs.stream().mapToLong(DpoMemory::tokens).max().orElse(0);
    double mean = pairs.stream().mapToLong(DpoMemory::tokens).average().orElse(0);
    long packed = Math.max(1, (long) Math.ceil(rows * mean / longest));
    double predicted =
        pairs.stream().mapToInt(p -> p.chosen().length + p.rejected().length).average().orElse(0);
    return new MemoryParts()
        .trained("policy", policy, training.optimizer())
        .atItsWidest(
            "activations and loss of %d comparisons of up to %d tokens".formatted(rows, longest),
            policy.castWeights()
                + policy.activations(packed, Shape.stepped(longest))
                + policy.lmLoss((long) (rows * predicted)))
        .plan();
  }

  private static long tokens(PairSample pair) {
    return (long) pair.prompt().length + pair.chosen().length + pair.rejected().length;
  }

  private static List<PairSample> pairs(DpoStage.Job job, int positions) {
    int longest = Math.min(job.training().maxLength(), positions);
    try (Tokenizer tokenizer = Tokenizer.load(job.model())) {
      return new Texts(PromptFormat.of(job.format(), tokenizer), longest)
          .comparisons(
              DatasetReader.readRankings(job.comparisons()).stream()
                  .map(Ranking::comparisons)
                  .flatMap(List::stream)
                  .toList())
          .orFail("comparison", longest);
    }
  }
}
