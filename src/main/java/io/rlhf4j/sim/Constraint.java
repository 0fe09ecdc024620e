package io.rlhf4j.sim;

/** Something a prompt asks for beside the task itself; whether a text keeps it can be checked. */
public sealed interface Constraint {
  /** How the prompt says it: a sentence. */
  String request();

  /** Whether a completion keeps it. */
  boolean kept(String completion);

  /** Exactly so many sentences. */
  record Sentences(int count) implements Constraint {
    @Override
    public String request() {
      return count == 1 ? "In one sentence." : "Use " + Grammar.number(count) + " sentences.";
    }

    @Override
    public boolean kept(String completion) {
      return Reading.of(completion).sentences().size() == count;
    }
  }

  /** No word that names a value of the relation, nor the relation itself. */
  record Without(Relation relation) implements Constraint {
    @Override
    public String request() {
      return "Do not name the " + relation.noun() + ".";
    }

    @Override
    public boolean kept(String completion) {
      Reading reading = Reading.of(completion);
      return !reading.words().isEmpty()
          && reading.values(relation).isEmpty()
          && !reading.words().contains(relation.noun());
    }
  }

  /** A word that must occur. */
  record UseWord(String word) implements Constraint {
    @Override
    public String request() {
      return "Use the word '" + word + "'.";
    }

    @Override
    public boolean kept(String completion) {
      return Reading.of(completion).words().contains(word);
    }
  }

  /** The words that must come first. */
  record BeginWith(String words) implements Constraint {
    @Override
    public String request() {
      return "Begin with '" + words + "'.";
    }

    @Override
    public boolean kept(String completion) {
      return completion.strip().startsWith(words + " ")
          || completion.strip().startsWith(words + ",");
    }
  }

  /** So many different things of a kind; the task's own phrase already says so. */
  record Items(Kind kind, int count) implements Constraint {
    @Override
    public String request() {
      return "";
    }

    @Override
    public boolean kept(String completion) {
      return Reading.of(completion).things().stream().filter(t -> t.kind() == kind).count()
          == count;
    }
  }

  /** An upper limit of words. */
  record AtMostWords(int count) implements Constraint {
    @Override
    public String request() {
      return "Use at most " + Grammar.number(count) + " words.";
    }

    @Override
    public boolean kept(String completion) {
      int words = Web.words(completion);
      return words > 0 && words <= count;
    }
  }
}
