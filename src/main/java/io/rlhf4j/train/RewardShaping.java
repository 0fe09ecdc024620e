package io.rlhf4j.train;

import io.rlhf4j.model.RewardModel;
import io.rlhf4j.tensor.Host;
import java.util.List;
import org.bytedeco.pytorch.Tensor;

/** What PPO pays for a completion, given what the reward model says of it. */
record RewardShaping(PpoConfig.RewardShape shape) {
  /**
   * Scores after clipping, penalty and the fixed score of completions that were cut, [B] float32.
   *
   * @param raw [B] the reward model's
   * @param finished [B] whether each completion ended by itself
   */
  Tensor scores(double[] raw, boolean[] finished) {
    float[] scores = new float[raw.length];
    for (int i = 0; i < raw.length; i++) {
      double score = raw[i];
      if (shape.scoreClip() > 0) {
        score = Math.max(-shape.scoreClip(), Math.min(shape.scoreClip(), score));
      }
      if (!finished[i] && shape.missingEosPenalty() != null) {
        score -= shape.missingEosPenalty();
      }
      if (!finished[i] && shape.missingEosScore() != null) {
        score = shape.missingEosScore();
      }
      scores[i] = (float) score;
    }
    return Host.floats(scores, scores.length);
  }

  /**
   * What each token contributes to its completion's score through its likelihood, [B, A] float32;
   * nothing where the score is fixed.
   *
   * @param width A
   */
  Tensor shares(List<RewardModel.Scored> judged, boolean[] finished, int width) {
    boolean fixedWhenCut = shape.missingEosScore() != null;
    float[] grid = new float[judged.size() * width];
    for (int row = 0; row < judged.size(); row++) {
      if (finished[row] || !fixedWhenCut) {
        float[] shares = judged.get(row).shares();
        System.arraycopy(shares, 0, grid, row * width, shares.length);
      }
    }
    return Host.floats(grid, judged.size(), width);
  }
}
