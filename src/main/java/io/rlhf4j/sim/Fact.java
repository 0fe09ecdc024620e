package io.rlhf4j.sim;

/** One statement about a thing; whether it is true, the {@link World} knows. */
public record Fact(Thing thing, Relation relation, String value) {
  public Fact with(String otherValue) {
    return new Fact(thing, relation, otherValue);
  }

  /** The same statement about another thing. */
  public Fact of(Thing other) {
    return new Fact(other, relation, value);
  }
}
