package io.rlhf4j.eval.policy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.model.CompletionBatch;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * What one policy wrote: several completions of each prompt.
 *
 * @param perPrompt [prompts][n]
 */
record PolicySamples(String name, List<List<Written>> perPrompt) {
  private static final int ROWS = 32;

  /**
   * One completion.
   *
   * @param logprob its natural log-probability under the policy, summed over its tokens
   */
  record Written(Prompt prompt, Sample ids, String text, double logprob) {}

  /**
   * Samples at temperature 1.
   *
   * @param n completions of each prompt
   */
  static PolicySamples of(
      String name,
      Path folder,
      List<Prompt> prompts,
      PromptStyle style,
      int n,
      int maxNewTokens,
      long seed) {
    try (Tokenizer tokenizer = Tokenizer.load(folder);
        Transformer model = ModelFolder.readLanguage(folder, Precision.FLOAT32, false)) {
      PromptFormat format = PromptFormat.of(style, tokenizer);
      List<Prompt> asked = new ArrayList<>();
      List<int[]> ids = new ArrayList<>();
      for (Prompt prompt : prompts) {
        int[] one = format.promptIds(prompt);
        for (int i = 0; one.length + maxNewTokens <= model.config().maxPositions() && i < n; i++) {
          asked.add(prompt);
          ids.add(one);
        }
      }
      if (ids.isEmpty()) {
        throw new InputException(
            "no prompt leaves room for %d tokens in the %d positions of %s"
                .formatted(maxNewTokens, model.config().maxPositions(), folder));
      }
      long[] seeds = new long[ids.size()];
      for (int i = 0; i < seeds.length; i++) {
        seeds[i] = seed * 1_000_003 + i;
      }
      List<Generation> written =
          new Generator(model, ROWS)
              .generate(ids, Sampling.plain(maxNewTokens), seeds, tokenizer.eosIds());
      List<List<Written>> perPrompt = new ArrayList<>();
      for (int i = 0; i < written.size(); i++) {
        if (i % n == 0) {
          perPrompt.add(new ArrayList<>());
        }
        Generation generation = written.get(i);
        double logprob = 0;
        for (float one : generation.logprobs()) {
          logprob += one;
        }
        perPrompt
            .get(i / n)
            .add(
                new Written(
                    asked.get(i),
                    new Sample(ids.get(i), generation.tokens()),
                    format.completionText(generation.tokens()).strip(),
                    logprob));
      }
      return new PolicySamples(name, perPrompt);
    }
  }

  /** Log-probability of every completion under another model of the same tokenizer. */
  double[][] logProbabilities(Path reference) {
    double[][] all = new double[perPrompt.size()][];
    try (Transformer model = ModelFolder.readLanguage(reference, Precision.FLOAT32, false)) {
      for (int p = 0; p < all.length; p++) {
        try (TensorScope scope = TensorScope.withoutGradients()) {
          CompletionBatch batch =
              CompletionBatch.of(perPrompt.get(p).stream().map(Written::ids).toList(), 0);
          all[p] =
              Host.doubles(
                  batch.sequenceLogprobs(model.forward(batch.tokens(), batch.predictors())));
        }
      }
    }
    return all;
  }

  /** A reward model's score of every completion; it may have a tokenizer of its own. */
  double[][] rewards(RewardModel reward, PromptFormat format) {
    double[][] all = new double[perPrompt.size()][];
    int longest = reward.transformer().config().maxPositions();
    for (int p = 0; p < all.length; p++) {
      List<Sample> samples = new ArrayList<>();
      for (Written written : perPrompt.get(p)) {
        Sample sample =
            new Sample(format.promptIds(written.prompt()), format.completionIds(written.text()));
        if (sample.length() > longest) {
          throw new InputException(
              "a prompt and completion of %d tokens do not fit the reward model's %d positions;"
                      .formatted(sample.length(), longest)
                  + " give shorter prompts or a smaller --max-new-tokens");
        }
        samples.add(sample);
      }
      all[p] = reward.score(samples, ROWS);
    }
    return all;
  }
}
