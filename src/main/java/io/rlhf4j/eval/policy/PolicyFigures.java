package io.rlhf4j.eval.policy;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputScores;
import io.rlhf4j.eval.policy.PolicySamples.Written;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.stats.Bootstrap;
import io.rlhf4j.stats.DistinctN;
import io.rlhf4j.stats.SelfBleu;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Mode collapse and over-optimisation: how alike a policy's answers to one prompt are, how far it
 * moved from a reference, and what two reward models think of it, the one that it was trained
 * against and one that it never met.
 */
public final class PolicyFigures {
  private static final String NATS = "nats";
  private static final String TOKENS = "tokens";
  private static final String KL = "KL to the reference";
  private static final String REWARD = "reward";
  private static final String GOLD = "second reward model";

  private PolicyFigures() {}

  /**
   * @param samples completions of each prompt, at least 2
   */
  public record Settings(PromptStyle style, int samples, int maxNewTokens, long seed) {}

  /** A reward model and how it wants its texts. */
  public record Judge(RewardModel model, PromptFormat format) {}

  /**
   * Samples from every policy and measures.
   *
   * @param policies folders by name, in the order to be shown
   * @param reference what KL is measured to; null for none
   */
  public static FigureSet of(
      Map<String, Path> policies,
      List<Prompt> prompts,
      Settings settings,
      @Nullable Path reference,
      @Nullable Judge reward,
      @Nullable Judge gold,
      Bootstrap bootstrap) {
    List<OutputRow> rows = new ArrayList<>();
    policies.forEach(
        (name, folder) ->
            rows.addAll(
                rows(
                    PolicySamples.of(
                        name,
                        folder,
                        prompts,
                        settings.style(),
                        settings.samples(),
                        settings.maxNewTokens(),
                        settings.seed()),
                    reference,
                    reward,
                    gold)));
    List<Metric> metrics = metrics(reference != null, reward != null, gold != null);
    Map<String, String> definitions = new LinkedHashMap<>();
    metrics.forEach(metric -> definitions.put(metric.name(), metric.definition()));
    List<Figure> figures = new OutputScores("policies", rows, bootstrap).figures(metrics);
    return new FigureSet(
        "policies",
        List.of(
            "%d prompts, %d samples of at most %d tokens each at temperature 1; intervals are at"
                    .formatted(prompts.size(), settings.samples(), settings.maxNewTokens())
                + " 95%, by bootstrap over the prompts"),
        definitions,
        Map.of(),
        figures,
        List.of(),
        List.of(),
        curves(figures));
  }

  private static List<OutputRow> rows(
      PolicySamples samples,
      @Nullable Path reference,
      @Nullable Judge reward,
      @Nullable Judge gold) {
    double[][] under = reference == null ? null : samples.logProbabilities(reference);
    double[][] rewards = reward == null ? null : samples.rewards(reward.model(), reward.format());
    double[][] golds = gold == null ? null : samples.rewards(gold.model(), gold.format());
    List<OutputRow> rows = new ArrayList<>();
    for (int p = 0; p < samples.perPrompt().size(); p++) {
      List<Written> written = samples.perPrompt().get(p);
      List<String> texts = written.stream().map(Written::text).toList();
      Map<String, Double> scores = new HashMap<>();
      scores.put(NATS, -written.stream().mapToDouble(Written::logprob).sum());
      scores.put(
          TOKENS, (double) written.stream().mapToInt(w -> w.ids().completion().length).sum());
      scores.put("unique answers", texts.stream().distinct().count() / (double) texts.size());
      scores.put("self-BLEU", SelfBleu.of(texts, 4).mean());
      for (int n = 1; n <= 3; n++) {
        scores.put("distinct-" + n, DistinctN.of(texts, n).rate());
      }
      if (under != null) {
        double sum = 0;
        for (int i = 0; i < written.size(); i++) {
          sum += written.get(i).logprob() - under[p][i];
        }
        scores.put(KL, sum / written.size());
      }
      put(scores, REWARD, rewards, p);
      put(scores, GOLD, golds, p);
      Prompt prompt = written.get(0).prompt();
      rows.add(
          new OutputRow(
              prompt.id(), samples.name(), "", "", prompt.id(), texts.get(0), List.of(), scores));
    }
    return rows;
  }

  private static void put(
      Map<String, Double> scores, String name, double @Nullable [][] values, int prompt) {
    if (values != null) {
      double sum = 0;
      for (double value : values[prompt]) {
        sum += value;
      }
      scores.put(name, sum / values[prompt].length);
    }
  }

  private static List<Metric> metrics(boolean kl, boolean reward, boolean gold) {
    List<Metric> metrics = new ArrayList<>();
    metrics.add(
        new Metric(
            "entropy",
            "nats per token: minus the mean log-probability of what the policy sampled",
            "",
            row -> new double[] {row.score(NATS), row.score(TOKENS)},
            sums -> sums[0] / sums[1]));
    metrics.add(mean("unique answers", "different answers to a prompt over all answers to it"));
    metrics.add(mean("self-BLEU", "how alike the answers to one prompt are: 1 is all alike"));
    for (int n = 1; n <= 3; n++) {
      metrics.add(
          mean("distinct-" + n, "different word sequences over all, within a prompt's answers"));
    }
    if (kl) {
      metrics.add(mean(KL, "nats per answer, over the policy's own samples"));
    }
    if (reward) {
      metrics.add(mean(REWARD, "mean score by the reward model"));
    }
    if (gold) {
      metrics.add(mean(GOLD, "mean score by the reward model that the policy did not meet"));
    }
    return metrics;
  }

  private static Metric mean(String name, String definition) {
    return new Metric(
        name, definition, "", row -> new double[] {row.score(name), 1}, s -> s[0] / s[1]);
  }

  /** Both rewards over KL: where one rises while the other falls, the first is being exploited. */
  private static List<Curve> curves(List<Figure> figures) {
    List<Curve> curves = new ArrayList<>();
    for (String score : List.of(REWARD, GOLD)) {
      List<double[]> points = new ArrayList<>();
      for (Figure kl : figures) {
        for (Figure other : figures) {
          if (kl.metric().equals(KL)
              && other.metric().equals(score)
              && other.model().equals(kl.model())) {
            points.add(new double[] {kl.value(), other.value()});
          }
        }
      }
      points.sort((a, b) -> Double.compare(a[0], b[0]));
      if (points.size() > 1) {
        curves.add(
            Curve.of(
                "Reward over KL",
                score,
                "KL, nats per answer",
                points.stream().mapToDouble(p -> p[0]).toArray(),
                points.stream().mapToDouble(p -> p[1]).toArray()));
      }
    }
    return curves;
  }
}
