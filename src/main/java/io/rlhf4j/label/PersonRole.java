package io.rlhf4j.label;

/** What a person may do. */
public enum PersonRole {
  /** Sets up campaigns, invites people, sees everything. */
  LEAD("lead"),
  /** Makes training data. */
  LABELER("labeler"),
  /** Only evaluates; makes no training data (paper, appendix B.1). */
  HELD_OUT("held-out labeler"),
  /** Sees results, changes nothing. */
  VIEWER("viewer");

  /** As people read it. */
  public final String title;

  PersonRole(String title) {
    this.title = title;
  }
}
