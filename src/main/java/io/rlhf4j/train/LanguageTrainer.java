package io.rlhf4j.train;

import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Dropout;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.TensorScope;
import java.util.ArrayList;
import java.util.List;

/** Trains a language model on plain text: prediction of the next token, every token counted. */
public final class LanguageTrainer {
  private final LanguageConfig config;
  private final Transformer model;
  private final TokenStream text;
  private final Run run;

  public LanguageTrainer(LanguageConfig config, Transformer model, TokenStream text, Run run) {
    this.config = config;
    this.model = model;
    this.text = text;
    this.run = run;
    Checks.require(
        text.rows(config.contextLength()) > 0,
        "context_length",
        "must be shorter than the text, which has " + text.ids().length + " tokens",
        config.contextLength());
  }

  /**
   * Runs all steps.
   *
   * @return mean loss of the last tenth of the steps, nats per token
   */
  public double train() {
    int length = config.contextLength();
    Order order = new Order(text.rows(length), Seeds.mix(config.seed(), "text order"));
    Schedule schedule =
        new Schedule.Cosine(
            config.optimizer().learningRate(),
            config.steps(),
            config.floor(),
            config.warmupSteps(),
            Schedule.WarmUp.FROM_ONE);
    List<Double> tail = new ArrayList<>();
    try (Updater updater = new Updater("policy", model.weights(), config.optimizer())) {
      try {
        int start = run.restore(config.steps(), updater::restore);
        for (int step = start; step < config.steps(); step++) {
          run.stepBegins();
          int[] rows = order.slice((long) step * config.batchSize(), config.batchSize());
          int tokens = rows.length * length;
          double loss = 0;
          for (int[] slice : CompletionBatch.slices(rows.length, config.microBatchSize())) {
            try (TensorScope scope = TensorScope.open()) {
              List<int[]> batch = new ArrayList<>();
              for (int i = slice[0]; i < slice[1]; i++) {
                batch.add(text.row(rows[i], length));
              }
              loss += LanguageBatch.of(batch).backward(model, tokens, 1, Dropout.NONE) / tokens;
            }
          }
          double rate = schedule.rate(step);
          double norm = run.guard(loss, updater, rate);
          if (step >= config.steps() * 9 / 10) {
            tail.add(loss);
          }
          run.stepEnds(
              new MetricsRow(step + 1)
                  .put("loss", loss)
                  .put("grad_norm", norm)
                  .put("learning_rate", rate)
                  .put("num_tokens", (step + 1L) * tokens),
              config.steps(),
              config.logEvery(),
              tokens,
              "loss");
          run.checkpointIfDue(step + 1, config.steps(), config.checkpoints(), updater::state);
        }
      } catch (DivergenceException e) {
        throw run.rollBack(e); // while the optimizers are still there to be restored
      }
    }
    return tail.stream().mapToDouble(Double::doubleValue).average().orElse(Double.NaN);
  }
}
