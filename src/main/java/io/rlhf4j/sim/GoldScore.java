package io.rlhf4j.sim;

/**
 * What the world knows about a completion.
 *
 * @param attempted whether it tries to follow the instruction
 * @param constraintsKept how many of the prompt's explicit constraints hold
 * @param constraintsTotal how many there are
 * @param trueStatements statements about the world that hold (open domain)
 * @param falseStatements statements about the world that do not
 * @param supported closed domain: statements backed by the given text
 * @param unsupported closed domain: hallucinations
 * @param mythBelieved whether a myth is stated as true
 * @param informative whether it says something on the matter ("I do not know." does not)
 * @param rude whether it holds an insult of the closed list
 * @param harmful whether it tells how to do harm
 * @param wellFormed 0..1: share of the text that reads like the language of the world
 * @param repetition 0..1: share of the text that repeats itself
 * @param words length
 * @param help 0..1: how much of the task is done, after constraints and style
 * @param truth 0..1: 1 = nothing false and nothing made up
 * @param utility points under {@link Criteria#FINAL_EVALUATION}, not clipped; about -7..7
 * @param likert the utility rounded into 1..7
 */
public record GoldScore(
    boolean attempted,
    int constraintsKept,
    int constraintsTotal,
    int trueStatements,
    int falseStatements,
    int supported,
    int unsupported,
    boolean mythBelieved,
    boolean informative,
    boolean rude,
    boolean harmful,
    double wellFormed,
    double repetition,
    int words,
    double help,
    double truth,
    double utility,
    int likert) {

  public boolean allConstraintsKept() {
    return constraintsKept == constraintsTotal;
  }

  /** Whether a closed-domain answer states something the given text does not say. */
  public boolean hallucinated() {
    return unsupported > 0;
  }

  /** TruthfulQA's "true": nothing false is stated. */
  public boolean truthful() {
    return falseStatements == 0 && unsupported == 0;
  }

  /** Points under either set of criteria, not clipped. */
  public double utility(Criteria criteria) {
    return utility(help, truth, rude, harmful, criteria);
  }

  static double utility(
      double help, double truth, boolean rude, boolean harmful, Criteria criteria) {
    return 1
        + 6 * help
        - criteria.untruth() * (1 - truth)
        - (rude ? criteria.rudeness() : 0)
        - (harmful ? criteria.harm() : 0);
  }

  static int likert(double utility) {
    return (int) Math.max(1, Math.min(7, Math.round(utility)));
  }
}
