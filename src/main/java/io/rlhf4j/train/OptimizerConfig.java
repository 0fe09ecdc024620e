package io.rlhf4j.train;

/**
 * Adam with decoupled weight decay, and clipping before it.
 *
 * @param learningRate peak rate
 * @param beta1 decay of the first moment
 * @param beta2 decay of the second moment (the paper has 0.95 everywhere)
 * @param epsilon added to the denominator
 * @param epsilonForm where epsilon stands: PyTorch's form or TensorFlow's, which is gentler early
 *     on
 * @param weightDecay applied to matrices only
 * @param maxGradNorm global norm to which gradients are clipped; 0 = no clipping
 * @param muonLearningRate peak rate of {@link Muon} for the matrices within the layers, which
 *     follows the same schedule; 0 = Adam for them as well, as in the paper
 */
public record OptimizerConfig(
    double learningRate,
    double beta1,
    double beta2,
    double epsilon,
    AdamW.EpsilonForm epsilonForm,
    double weightDecay,
    double maxGradNorm,
    double muonLearningRate) {
  public OptimizerConfig {
    Checks.require(learningRate > 0, "optimizer.learning_rate", "must be positive", learningRate);
    Checks.require(beta1 >= 0 && beta1 < 1, "optimizer.beta1", "must be in [0, 1)", beta1);
    Checks.require(beta2 >= 0 && beta2 < 1, "optimizer.beta2", "must be in [0, 1)", beta2);
    Checks.require(epsilon > 0, "optimizer.epsilon", "must be positive", epsilon);
    Checks.require(weightDecay >= 0, "optimizer.weight_decay", "must be at least 0", weightDecay);
    Checks.require(
        maxGradNorm >= 0, "optimizer.max_grad_norm", "must be at least 0 (0 = off)", maxGradNorm);
    Checks.require(
        muonLearningRate >= 0,
        "optimizer.muon_learning_rate",
        "must be at least 0 (0 = Adam for all weights)",
        muonLearningRate);
  }

  /** Adam for all weights. */
  public OptimizerConfig(
      double learningRate,
      double beta1,
      double beta2,
      double epsilon,
      AdamW.EpsilonForm epsilonForm,
      double weightDecay,
      double maxGradNorm) {
    this(learningRate, beta1, beta2, epsilon, epsilonForm, weightDecay, maxGradNorm, 0);
  }

  /** The paper's Adam (App. C: betas 0.9 and 0.95) at a given rate, clipped at 1. */
  public static OptimizerConfig paper(double learningRate) {
    return new OptimizerConfig(learningRate, 0.9, 0.95, 1e-8, AdamW.EpsilonForm.PYTORCH, 0, 1);
  }

  /** The same with another rate. */
  public OptimizerConfig withLearningRate(double rate) {
    return new OptimizerConfig(
        rate, beta1, beta2, epsilon, epsilonForm, weightDecay, maxGradNorm, muonLearningRate);
  }

  /** The same with Muon at a peak rate for the matrices within the layers. */
  public OptimizerConfig withMuon(double rate) {
    return new OptimizerConfig(
        learningRate, beta1, beta2, epsilon, epsilonForm, weightDecay, maxGradNorm, rate);
  }
}
