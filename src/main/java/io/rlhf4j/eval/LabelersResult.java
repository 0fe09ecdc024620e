package io.rlhf4j.eval;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Who judged, how much, and how far they agree (paper, section 3.4 and appendix B).
 *
 * @param trainingAgreement share of comparisons on which two training labelers agree
 * @param heldOutAgreement the same among held-out labelers
 * @param rankings rankings collected for training
 * @param comparisons pairs derived from them, ties left out
 * @param tiedPairs share of all pairs that were ties; null when unknown
 * @param rankingSizes how many rankings had K outputs, by ascending K
 * @param labelers one row each; may be empty
 */
public record LabelersResult(
    @Nullable Rate trainingAgreement,
    @Nullable Rate heldOutAgreement,
    long rankings,
    long comparisons,
    @Nullable Rate tiedPairs,
    List<RankingSize> rankingSizes,
    List<Labeler> labelers) {
  public LabelersResult {
    rankingSizes = List.copyOf(rankingSizes);
    labelers = List.copyOf(labelers);
  }

  /**
   * @param k outputs in one ranking
   * @param rankings how many rankings had that many
   */
  public record RankingSize(int k, long rankings) {}

  /**
   * @param id pseudonym
   * @param heldOut true when nothing of theirs was trained on
   * @param rankings how many they made
   * @param agreement with the other labelers on shared comparisons
   * @param meanLikert of the ratings they gave, 1..7
   */
  public record Labeler(
      String id,
      boolean heldOut,
      long rankings,
      @Nullable Rate agreement,
      @Nullable Double meanLikert) {}
}
