package io.rlhf4j.train;

import io.rlhf4j.loss.KlRewards;
import io.rlhf4j.loss.PpoLoss;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Weights;
import io.rlhf4j.tensor.Host;
import java.util.Arrays;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What one PPO iteration reports, under TRL's names. */
final class PpoStats {
  private double klK1;
  private double klK3;
  private double entropy;
  private double score;
  private double klCoefficient;
  private double finished;
  private double length;
  private double samplerGap;
  private int episodes;

  private double policyLoss;
  private double valueLoss;
  private double approxKl;
  private double clipFraction;
  private double valueClipFraction;
  private double ratio;
  private double ratioMax;
  private double firstRatio = Double.NaN;
  private double valueError;
  private double returnVariance;
  private double policyShares;
  private double valueShares;
  private double ptx;
  private int ptxCount;
  private double policyNorm;
  private double valueNorm;
  private int updates;
  private int tokens;

  void rollout(
      double[] raw,
      boolean[] ended,
      Tensor mask,
      Tensor logprobs,
      Tensor reference,
      List<Generation> written,
      double coefficient) {
    episodes = raw.length;
    klCoefficient = coefficient;
    score = Arrays.stream(raw).average().orElse(0);
    klK1 = perEpisode(KlRewards.kl(logprobs, reference, mask, KlRewards.Estimator.K1));
    klK3 = perEpisode(KlRewards.kl(logprobs, reference, mask, KlRewards.Estimator.K3));
    entropy = -perEpisode(logprobs.mul(mask));
    float[] trainers = Host.floats(logprobs);
    int width = (int) mask.size(1);
    double gap = 0;
    int count = 0;
    for (int i = 0; i < written.size(); i++) {
      finished += ended[i] ? 1.0 / episodes : 0;
      float[] samplers = written.get(i).logprobs();
      length += (double) samplers.length / episodes;
      count += samplers.length;
      for (int t = 0; t < samplers.length; t++) {
        gap += Math.abs(samplers[t] - trainers[i * width + t]);
      }
    }
    samplerGap = gap / count;
    tokens = count;
  }

  private double perEpisode(Tensor grid) {
    return grid.sum().item_double() / episodes;
  }

  void policy(PpoLoss.Policy loss, double share, int batchTokens, Weights weights) {
    PpoLoss.PolicyStats stats = loss.stats();
    policyLoss +=
        Guard.finite("the policy loss", loss.loss().item_double(), "policy", weights) * share;
    approxKl += stats.approxKl() * share;
    clipFraction += stats.clipFraction() * share;
    ratio += stats.ratioMean() * share;
    ratioMax = Math.max(ratioMax, stats.ratioMax());
    if (Double.isNaN(firstRatio)) {
      firstRatio = stats.ratioMean();
    }
    policyShares += share;
    tokens += batchTokens;
  }

  void value(PpoLoss.Value loss, double share, Weights weights) {
    PpoLoss.ValueStats stats = loss.stats();
    valueLoss +=
        Guard.finite("the value loss", loss.loss().item_double(), "value", weights) * share;
    valueClipFraction += stats.clipFraction() * share;
    valueError += stats.error() * share;
    returnVariance += stats.returnVariance() * share;
    valueShares += share;
  }

  void pretraining(double loss) {
    ptx += loss;
    ptxCount++;
  }

  void policyNorm(double norm) {
    policyNorm += norm;
    updates++;
  }

  void valueNorm(double norm) {
    valueNorm = norm;
  }

  /** Mean KL of a completion to the starting policy, nats. */
  double kl() {
    return klK1;
  }

  double score() {
    return score;
  }

  double finishedShare() {
    return finished;
  }

  /** Tokens written and learned from. */
  int tokens() {
    return tokens;
  }

  /** Puts the numbers into a log row. */
  MetricsRow addTo(MetricsRow row) {
    double policies = Math.max(policyShares, 1e-12);
    double values = Math.max(valueShares, 1e-12);
    row.put("objective/kl", klK1)
        .put("objective/kl_k3", klK3)
        .put("objective/entropy", entropy)
        .put("objective/non_score_reward", -klCoefficient * klK1)
        .put("objective/rlhf_reward", score - klCoefficient * klK1)
        .put("objective/scores", score)
        .put("objective/kl_coef", klCoefficient)
        .put("policy/approxkl_avg", approxKl / policies)
        .put("policy/clipfrac_avg", clipFraction / policies)
        .put("loss/policy_avg", policyLoss / policies)
        .put("loss/value_avg", valueLoss / values)
        .put("val/clipfrac_avg", valueClipFraction / values)
        .put("val/ratio", ratio / policies)
        .put("val/ratio_max", ratioMax)
        .put("val/ratio_first", firstRatio)
        .put("val/var_explained", 1 - valueError / Math.max(returnVariance, 1e-12))
        .put("val/num_eos_tokens", finished * episodes)
        .put("rollout/logprob_diff", samplerGap)
        .put("completions/mean_length", length)
        .put("completions/finished", finished)
        .put("policy/grad_norm", policyNorm / Math.max(1, updates))
        .put("value/grad_norm", valueNorm);
    return ptxCount == 0 ? row : row.put("ptx/loss", ptx / ptxCount);
  }
}
