package io.rlhf4j.sim;

/** What sort of thing something is; its two names are used in texts ("an animal", "animals"). */
public enum Kind {
  ANIMAL("animal", "animals"),
  FOOD("food", "foods"),
  TOOL("tool", "tools"),
  PLANT("plant", "plants"),
  PERSON("person", "people"),
  TOWN("town", "towns");

  private final String singular;
  private final String plural;

  Kind(String singular, String plural) {
    this.singular = singular;
    this.plural = plural;
  }

  public String singular() {
    return singular;
  }

  public String plural() {
    return plural;
  }

  /** "an animal", "a tool". */
  public String withArticle() {
    return ("aeiou".indexOf(singular.charAt(0)) >= 0 ? "an " : "a ") + singular;
  }

  /** Whether its members are called by a proper name, without "the". */
  public boolean named() {
    return this == PERSON || this == TOWN;
  }
}
