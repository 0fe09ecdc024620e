package io.rlhf4j.label;

/** What a campaign asks of its labelers. */
public enum TaskKind {
  DEMONSTRATION("Write demonstrations"),
  PROMPT("Write prompts"),
  RANKING("Rate and rank outputs"),
  COMPARISON("Compare two outputs"),
  TOXICITY("Judge toxicity");

  /** As people read it. */
  public final String title;

  TaskKind(String title) {
    this.title = title;
  }
}
