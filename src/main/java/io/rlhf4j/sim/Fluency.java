package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Whether a text reads like the language of the world: a sentence does if its triples of words
 * occur there, where things of one kind count as the same word.
 */
final class Fluency {
  /** Words that may stand before any sentence. */
  private static final Set<String> LEADS = Set.of("well", "yes", "no");

  private final Set<String> triples = new HashSet<>();

  /** Learns the language from these texts. */
  Fluency(List<String> texts) {
    for (String text : texts) {
      for (Reading.Sentence sentence : Reading.sentencesOf(text)) {
        List<String> words = classes(sentence);
        for (int i = 0; i + 2 < words.size(); i++) {
          triples.add(key(words, i));
        }
      }
    }
  }

  /** 0..1: the mean over sentences (weighted by length) of the share of known triples. */
  double score(List<Reading.Sentence> sentences) {
    double known = 0;
    int all = 0;
    for (Reading.Sentence sentence : sentences) {
      List<String> words = classes(sentence);
      for (int i = 0; i + 2 < words.size(); i++) {
        known += triples.contains(key(words, i)) ? 1 : 0;
        all++;
      }
    }
    return all == 0 ? 0 : known / all;
  }

  private static String key(List<String> words, int i) {
    return words.get(i) + ' ' + words.get(i + 1) + ' ' + words.get(i + 2);
  }

  private static List<String> classes(Reading.Sentence sentence) {
    List<String> classes = new ArrayList<>();
    classes.add("<");
    boolean leads = sentence.words().size() > 1 && LEADS.contains(sentence.words().get(0));
    for (String word : sentence.words().subList(leads ? 1 : 0, sentence.words().size())) {
      Thing thing = Reading.thing(word);
      classes.add(thing == null ? word : "<" + thing.kind() + ">");
    }
    classes.add(sentence.question() ? "?" : ">");
    return classes;
  }
}
