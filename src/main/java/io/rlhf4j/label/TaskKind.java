package io.rlhf4j.label;

/** What a campaign asks of its labelers. */
public enum TaskKind {
  DEMONSTRATION("Write demonstrations", 0, 0),
  PROMPT("Write prompts", 0, 0),
  RANKING("Rate and rank outputs", 2, 9),
  COMPARISON("Compare two outputs", 2, 2),
  TOXICITY("Judge toxicity", 1, 9);

  /** As people read it. */
  public final String title;

  private final int fewest;
  private final int most;

  TaskKind(String title, int fewest, int most) {
    this.title = title;
    this.fewest = fewest;
    this.most = most;
  }

  /** Whether outputs are judged, so that an item without any cannot be labeled. */
  public boolean judges() {
    return most > 0;
  }

  /** Whether an item with so many outputs fits a page of this task. */
  public boolean fits(int outputs) {
    return outputs >= fewest && outputs <= most;
  }

  /** As in "2 to 9 outputs per prompt". */
  public String needs() {
    if (!judges()) {
      return "prompts without outputs";
    }
    return (fewest == most ? "%d" : "%d to %d").formatted(fewest, most) + " outputs per prompt";
  }
}
