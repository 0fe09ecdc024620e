package io.rlhf4j.train;

import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Dropout;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/**
 * The "ptx" of PPO-ptx: the pretraining gradient that is added to each minibatch's policy gradient
 * (Ouyang et al. 2022, equation 2: gamma times the mean negative log-likelihood of a token).
 *
 * @param text the pretraining text
 * @param ptx coefficient, examples per episode and their length
 * @param microBatchSize examples per forward pass
 * @param seed of the order of the examples
 */
record PretrainingGradient(TokenStream text, PpoConfig.Ptx ptx, int microBatchSize, long seed) {
  /**
   * Adds the gradient of one minibatch to those of the policy.
   *
   * @param minibatch number of the minibatch in the run, which decides the examples
   * @param episodes episodes in it
   * @return the loss in nats per token, without the coefficient
   */
  double add(Transformer policy, int minibatch, int episodes) {
    int count = (int) Math.max(1, Math.round(ptx.ratio() * episodes));
    int length = ptx.contextLength();
    Order order = new Order(text.rows(length), Seeds.mix(seed, "ptx order"));
    int[] rows = order.slice((long) minibatch * count, count);
    int tokens = count * length;
    double loss = 0;
    for (int[] slice : CompletionBatch.slices(count, microBatchSize)) {
      try (TensorScope scope = TensorScope.open()) {
        List<int[]> batch = new ArrayList<>();
        for (int i = slice[0]; i < slice[1]; i++) {
          batch.add(text.row(rows[i], length));
        }
        loss += LanguageBatch.of(batch).backward(policy, tokens, ptx.coefficient(), Dropout.NONE);
      }
    }
    return Guard.finite("the pretraining loss", loss / tokens, "policy", policy.trained());
  }
}
