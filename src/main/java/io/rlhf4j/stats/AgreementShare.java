package io.rlhf4j.stats;

/**
 * Agreement among some of the cases: one comparison and two labelers who judged it.
 *
 * @param name whose: a labeler, two groups, a use case, a prompt
 */
public record AgreementShare(String name, long cases, long agreeing) {
  public double rate() {
    return (double) agreeing / cases;
  }

  /** Wilson's 95% interval as if the cases were independent. */
  public Interval interval() {
    return Interval.wilson(agreeing, cases);
  }
}
