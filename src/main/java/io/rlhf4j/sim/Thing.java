package io.rlhf4j.sim;

/** Something of which the world knows facts: an animal, a tool, a person ... */
public record Thing(String name, Kind kind) {
  /** As it stands in the middle of a sentence: "the fox", "Anna". */
  public String phrase() {
    return kind.named() ? name : "the " + name;
  }
}
