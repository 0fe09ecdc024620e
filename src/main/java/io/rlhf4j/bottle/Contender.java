package io.rlhf4j.bottle;

import io.rlhf4j.data.Completion;
import io.rlhf4j.sim.FewShotPrefix;
import io.rlhf4j.sim.GoldScore;
import io.rlhf4j.sim.GoldScorer;
import io.rlhf4j.sim.SimPrompt;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A model in the evaluation: a policy and what is put before each prompt. The same weights may
 * contend plainly (GPT) and with a few-shot prefix (GPT-prompted).
 *
 * @param prefix null for a policy that reads the prompt as it is
 */
record Contender(String model, Policy policy, @Nullable FewShotPrefix prefix) {
  /** A policy that reads the prompt as it is. */
  static Contender plain(Policy policy) {
    return new Contender(policy.model(), policy, null);
  }

  String size() {
    return policy.size();
  }

  /**
   * Answers to some prompts and what the world thinks of them.
   *
   * @param completions [N]
   * @param scores [N]
   * @param tokens [N] length of each answer, end of text included
   * @param entropy mean negative log-probability of a sampled token, nats
   */
  record Answers(
      List<Completion> completions, List<GoldScore> scores, List<Integer> tokens, double entropy) {
    double finishedShare() {
      return completions.stream().filter(Completion::finished).count()
          / (double) completions.size();
    }

    double meanLength() {
      return tokens.stream().mapToInt(Integer::intValue).average().orElse(0);
    }
  }

  /** Samples one answer per prompt and has it scored. */
  Answers answer(List<SimPrompt> prompts, GoldScorer gold, int maxNewTokens, long seed) {
    FewShotPrefix pattern = prefix;
    List<Policy.Answer> raw =
        pattern == null
            ? policy.answers(
                prompts.stream().map(p -> p.prompt().text()).toList(), maxNewTokens, seed)
            : policy.lines(
                prompts.stream().map(p -> pattern.apply(p.prompt())).toList(), maxNewTokens, seed);
    List<Completion> completions = new ArrayList<>();
    List<GoldScore> scores = new ArrayList<>();
    List<Integer> tokens = new ArrayList<>();
    double logprob = 0;
    int all = 0;
    for (int i = 0; i < raw.size(); i++) {
      Policy.Answer answer = raw.get(i);
      String text = pattern == null ? answer.text() : pattern.cut(answer.text());
      completions.add(
          new Completion(prompts.get(i).prompt(), text, model + " " + size(), answer.finished()));
      scores.add(gold.score(prompts.get(i).task(), text));
      tokens.add(answer.tokens());
      logprob += answer.logprob();
      all += answer.tokens();
    }
    return new Answers(completions, scores, tokens, -logprob / all);
  }
}
