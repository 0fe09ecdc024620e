package io.rlhf4j.sim;

import java.util.List;

/**
 * What a task's own check found in a completion.
 *
 * @param attempted whether it tries to do what was asked
 * @param help how much of it is done, 0..1, before manners, style and constraints
 * @param trueClaims statements about the world that hold
 * @param falseClaims statements about the world that do not hold
 * @param supported closed tasks: statements that the given text backs
 * @param unsupported closed tasks: statements that it does not back (hallucinations)
 * @param mythBelieved whether a myth is stated
 * @param informative whether it says something about the matter asked
 */
record Findings(
    boolean attempted,
    double help,
    int trueClaims,
    int falseClaims,
    int supported,
    int unsupported,
    boolean mythBelieved,
    boolean informative) {

  /** Claims are compared with the world. */
  static Findings open(boolean attempted, double help, List<Reading.Claim> claims, World world) {
    int right = (int) claims.stream().filter(c -> c.holds(world)).count();
    boolean myth = claims.stream().anyMatch(c -> !c.denied() && world.isMyth(c.fact()));
    return new Findings(
        attempted, clamp(help), right, claims.size() - right, 0, 0, myth, attempted);
  }

  /** Claims are compared with a given text's facts only. */
  static Findings closed(
      boolean attempted, double help, List<Reading.Claim> claims, List<Fact> given) {
    int backed = 0;
    for (Reading.Claim claim : claims) {
      backed += claim.denied() != given.contains(claim.fact()) ? 1 : 0;
    }
    return new Findings(
        attempted, clamp(help), 0, 0, backed, claims.size() - backed, false, attempted);
  }

  /** No claims matter: fiction, manners, labels. */
  static Findings plain(boolean attempted, double help) {
    return new Findings(attempted, clamp(help), 0, 0, 0, 0, false, attempted);
  }

  Findings withFalse(int more) {
    return new Findings(
        attempted,
        help,
        trueClaims,
        falseClaims + more,
        supported,
        unsupported,
        mythBelieved,
        informative);
  }

  Findings uninformative() {
    return new Findings(
        attempted, help, trueClaims, falseClaims, supported, unsupported, mythBelieved, false);
  }

  private static double clamp(double value) {
    return Math.max(0, Math.min(1, value));
  }
}
