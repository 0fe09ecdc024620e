package io.rlhf4j.bottle;

import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Sample;
import io.rlhf4j.sim.TaxSet;
import io.rlhf4j.sim.Web;
import io.rlhf4j.sim.World;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.LanguageBatch;
import io.rlhf4j.train.TokenStream;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.bytedeco.pytorch.Tensor;

/**
 * What alignment costs: abilities that the base model has from the web and that fine-tuning may
 * spoil (paper, section 4.2). Multiple choice by average log-probability per token (appendix D),
 * and the loss on held-out web text.
 */
final class AlignmentTax {
  private static final Set<TaxSet.Kind> FEW_SHOT =
      EnumSet.of(TaxSet.Kind.LABELS, TaxSet.Kind.MOODS, TaxSet.Kind.COLUMN);

  private static final int BATCH = 128;
  private static final int ROW = 128;

  private final List<TaxSet.Item> items;
  private final List<String> heldOutWeb;

  AlignmentTax(World world, int perKind, long seed) {
    items = TaxSet.create(world, perKind, seed);
    heldOutWeb = new Web(world).documents(150L * perKind, seed);
  }

  /** Shares of items whose right option has the highest average log-probability per token. */
  StaircaseStep.TaxAccuracy accuracy(Policy policy) {
    return new StaircaseStep.TaxAccuracy(
        accuracy(policy, items.stream().filter(i -> FEW_SHOT.contains(i.kind())).toList()),
        accuracy(policy, items.stream().filter(i -> !FEW_SHOT.contains(i.kind())).toList()));
  }

  private static Rate accuracy(Policy policy, List<TaxSet.Item> items) {
    Tokenizer tokenizer = policy.tokenizer();
    List<Sample> samples = new ArrayList<>();
    for (TaxSet.Item item : items) {
      for (String option : item.options()) {
        samples.add(new Sample(tokenizer.encode(item.context()), tokenizer.encode(option)));
      }
    }
    double[] means = meanLogprobs(policy, samples);
    int right = 0;
    int at = 0;
    for (TaxSet.Item item : items) {
      int best = 0;
      for (int i = 1; i < item.options().size(); i++) {
        best = means[at + i] > means[at + best] ? i : best;
      }
      right += best == item.right() ? 1 : 0;
      at += item.options().size();
    }
    return Rate.of(right, items.size());
  }

  private static double[] meanLogprobs(Policy policy, List<Sample> samples) {
    double[] means = new double[samples.size()];
    for (int[] slice : CompletionBatch.slices(samples.size(), BATCH)) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        List<Sample> part = samples.subList(slice[0], slice[1]);
        CompletionBatch batch = CompletionBatch.compact(part, 0);
        Tensor sums =
            batch.sequenceLogprobs(
                policy.transformer().forward(batch.tokens(), batch.predictors()));
        float[] values = Host.floats(sums);
        for (int i = 0; i < values.length; i++) {
          means[slice[0] + i] = values[i] / (double) part.get(i).completion().length;
        }
      }
    }
    return means;
  }

  /** Loss on held-out web text, nats per token. */
  double webLoss(Policy policy) {
    Tokenizer tokenizer = policy.tokenizer();
    TokenStream text = TokenStream.of(tokenizer.encodeAll(heldOutWeb), tokenizer.eosId());
    double loss = 0;
    int tokens = 0;
    for (int[] slice : CompletionBatch.slices(text.rows(ROW), BATCH / 2)) {
      try (TensorScope scope = TensorScope.withoutGradients()) {
        List<int[]> rows = new ArrayList<>();
        for (int i = slice[0]; i < slice[1]; i++) {
          rows.add(text.row(i, ROW));
        }
        LanguageBatch batch = LanguageBatch.of(rows);
        loss += batch.loss(policy.transformer());
        tokens += batch.tokens();
      }
    }
    return loss / tokens;
  }
}
