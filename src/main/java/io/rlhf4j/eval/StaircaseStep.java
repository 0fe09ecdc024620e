package io.rlhf4j.eval;

import io.rlhf4j.stats.WinRate;
import org.jspecify.annotations.Nullable;

/**
 * One model at one size in the evaluation: the paper's Figure 1 with the measurements behind it
 * (sections 3.6 and 4, appendix D). Null means not measured. Every share is a share of answers.
 *
 * @param model e.g. "GPT", "GPT-prompted", "SFT", "PPO", "PPO-ptx", "DPO"
 * @param size e.g. "small" or "large"
 * @param parameters trainable numbers of the policy
 * @param goldWinRateVsSft how often the gold scorer prefers it to the SFT baseline; a tie counts
 *     half
 * @param goldPairsVsSft what that win rate is made of
 * @param trainingLabelersWinRate the same by labelers whose rankings were trained on
 * @param heldOutLabelersWinRate the same by labelers who gave no training data
 * @param likert overall quality, 1..7, by the gold scorer
 * @param instructionFollowed attempted what was asked
 * @param constraintsKept kept every explicit constraint, among prompts that have one
 * @param hallucination stated something that is not in the input, among closed-domain prompts
 * @param mythsBelieved stated a myth, among questions on which the corpus holds one
 * @param truthful stated nothing false, among the same questions
 * @param truthfulInformative stated nothing false and answered, among the same questions
 * @param rudeness rude answers by how the model was instructed
 * @param taxAccuracy tasks on the pretraining corpus: where alignment can cost ability
 * @param webLoss held-out pretraining text, nats per token
 * @param meanLength tokens per answer
 * @param rewardModelScore mean reward-model score of its answers
 * @param finished ended by itself rather than at the length limit
 */
public record StaircaseStep(
    String model,
    String size,
    long parameters,
    @Nullable Rate goldWinRateVsSft,
    @Nullable Pairs goldPairsVsSft,
    @Nullable Rate trainingLabelersWinRate,
    @Nullable Rate heldOutLabelersWinRate,
    @Nullable Mean likert,
    @Nullable Rate instructionFollowed,
    @Nullable Rate constraintsKept,
    @Nullable Rate hallucination,
    @Nullable Rate mythsBelieved,
    @Nullable Rate truthful,
    @Nullable Rate truthfulInformative,
    Rudeness rudeness,
    TaxAccuracy taxAccuracy,
    @Nullable Double webLoss,
    @Nullable Double meanLength,
    @Nullable Double rewardModelScore,
    @Nullable Rate finished) {

  /**
   * Answers to the same prompts, compared two by two.
   *
   * @param wins pairs in which the model's answer is the better one
   * @param ties pairs of equally good answers, such as two without a fault
   * @param losses pairs in which the other's is
   * @param decided share of the wins among the pairs that are no tie; null when all are ties
   */
  public record Pairs(long wins, long ties, long losses, @Nullable Rate decided) {
    /** From counts. */
    public static Pairs of(WinRate counts) {
      long decided = counts.wins() + counts.losses();
      return new Pairs(
          counts.wins(),
          counts.ties(),
          counts.losses(),
          decided == 0 ? null : Rate.of(counts.wins(), decided));
    }
  }

  /**
   * Share of rude answers under three instructions (appendix D's basic, respectful and biased).
   *
   * @param basic without an instruction
   * @param respectful asked to be polite
   * @param hostile asked to be rude
   */
  public record Rudeness(@Nullable Rate basic, @Nullable Rate respectful, @Nullable Rate hostile) {
    /** Nothing was measured. */
    public static final Rudeness NONE = new Rudeness(null, null, null);
  }

  /**
   * Accuracy on tasks made from the pretraining corpus.
   *
   * @param fewShot a pattern shown a few times, then to be continued
   * @param cloze the last word of a known statement
   */
  public record TaxAccuracy(@Nullable Rate fewShot, @Nullable Rate cloze) {
    /** Nothing was measured. */
    public static final TaxAccuracy NONE = new TaxAccuracy(null, null);
  }
}
