package io.rlhf4j.sim;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A text as the world understands it: its sentences, and the claims about things that it makes. Any
 * text can be read; what is not understood makes no claim.
 */
final class Reading {
  /** One sentence: as written, its words in lower case, and its last character (or a blank). */
  record Sentence(String text, List<String> words, char end) {
    boolean question() {
      return end == '?';
    }

    boolean has(String word) {
      return words.contains(word);
    }

    boolean hasAny(Set<String> some) {
      return words.stream().anyMatch(some::contains);
    }
  }

  /** A statement about a thing, or its denial. */
  record Claim(Fact fact, boolean denied) {
    boolean holds(World world) {
      return world.isTrue(fact) != denied;
    }

    boolean about(Thing thing, Relation relation) {
      return fact.thing().equals(thing) && fact.relation() == relation;
    }
  }

  private record Template(Relation relation, List<String> words, boolean denied) {}

  private static final Map<String, Thing> THINGS = new HashMap<>();
  private static final Map<Relation, Set<String>> VALUES = new HashMap<>();
  private static final List<Template> TEMPLATES = new ArrayList<>();
  private static final Set<String> VERBS =
      Set.of(
          "is", "has", "lives", "eats", "tastes", "comes", "grows", "blooms", "gives", "works",
          "likes", "lies");

  static {
    for (Kind kind : Kind.values()) {
      for (String name : Objects.requireNonNull(Lexicon.NAMES.get(kind))) {
        THINGS.put(name.toLowerCase(Locale.ROOT), new Thing(name, kind));
      }
    }
    for (Relation relation : Relation.values()) {
      Set<String> values = new HashSet<>();
      Lexicon.values(relation).forEach(v -> values.add(v.toLowerCase(Locale.ROOT)));
      VALUES.put(relation, values);
      for (String statement : relation.statements()) {
        List<String> words = Lexicon.words(statement);
        TEMPLATES.add(new Template(relation, words, false));
        int verb = words.indexOf("is");
        if (verb > 0) {
          List<String> denied = new ArrayList<>(words);
          denied.add(verb + 1, "not");
          TEMPLATES.add(new Template(relation, denied, true));
        } else if (words.get(0).equals("T")) {
          List<String> denied = new ArrayList<>(words);
          denied.set(1, Grammar.infinitive(words.get(1)));
          denied.addAll(1, List.of("does", "not"));
          TEMPLATES.add(new Template(relation, denied, true));
        }
      }
    }
  }

  private final String text;
  private final List<Sentence> sentences;
  private final List<Claim> claims;

  private Reading(String text, List<Sentence> sentences, List<Claim> claims) {
    this.text = text;
    this.sentences = List.copyOf(sentences);
    this.claims = List.copyOf(claims);
  }

  static Reading of(String text) {
    List<Sentence> sentences = sentencesOf(text);
    Set<Claim> claims = new LinkedHashSet<>();
    for (Sentence sentence : sentences) {
      if (!sentence.question()) {
        claims.addAll(claims(withSubjects(sentence.words())));
      }
    }
    return new Reading(text, sentences, new ArrayList<>(claims));
  }

  String text() {
    return text;
  }

  List<Sentence> sentences() {
    return sentences;
  }

  /** Different claims in the order of their first appearance. */
  List<Claim> claims() {
    return claims;
  }

  /** All words in lower case. */
  List<String> words() {
    return sentences.stream().flatMap(s -> s.words().stream()).toList();
  }

  /** Whether the words occur one after another. */
  boolean says(String phrase) {
    String padded = " " + String.join(" ", words()) + " ";
    return padded.contains(" " + String.join(" ", wordsOf(phrase)) + " ");
  }

  boolean mentions(Thing thing) {
    return words().contains(thing.name().toLowerCase(Locale.ROOT));
  }

  /** The things named, each once, in order. */
  List<Thing> things() {
    Set<Thing> found = new LinkedHashSet<>();
    for (String word : words()) {
      Thing thing = THINGS.get(word);
      if (thing != null) {
        found.add(thing);
      }
    }
    return List.copyOf(found);
  }

  /** The different values of a relation that are named, in order. */
  List<String> values(Relation relation) {
    Set<String> known = Objects.requireNonNull(VALUES.get(relation));
    Set<String> found = new LinkedHashSet<>();
    for (String word : words()) {
      if (known.contains(word)) {
        found.add(word);
      }
    }
    return List.copyOf(found);
  }

  static @Nullable Thing thing(String word) {
    return THINGS.get(word);
  }

  static List<String> wordsOf(String text) {
    List<String> words = new ArrayList<>();
    int start = -1;
    for (int i = 0; i <= text.length(); i++) {
      char c = i == text.length() ? ' ' : text.charAt(i);
      boolean inside = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
      if (inside && start < 0) {
        start = i;
      } else if (!inside && start >= 0) {
        words.add(text.substring(start, i).toLowerCase(Locale.ROOT));
        start = -1;
      }
    }
    return words;
  }

  static List<Sentence> sentencesOf(String text) {
    List<Sentence> sentences = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length(); i++) {
      boolean over = i == text.length();
      char c = over ? ' ' : text.charAt(i);
      boolean stop = c == '.' || c == '!' || c == '?';
      // A stop inside quotation marks does not end the sentence around them.
      boolean quoted = stop && i + 1 < text.length() && text.charAt(i + 1) == '"';
      if (over || (stop && !quoted) || c == '\n') {
        String part = text.substring(start, over ? i : i + 1).strip();
        List<String> words = wordsOf(part);
        if (!words.isEmpty()) {
          sentences.add(new Sentence(part, words, c == '\n' ? ' ' : c));
        }
        start = i + 1;
      }
    }
    return sentences;
  }

  /** "the fox is red and lives ..." becomes "the fox is red and the fox lives ...". */
  private static List<String> withSubjects(List<String> words) {
    List<String> out = new ArrayList<>();
    Thing subject = null;
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      out.add(word);
      if (subject == null) {
        subject = THINGS.get(word);
      }
      boolean joins = word.equals("and") || word.equals("but");
      if (joins && subject != null && i + 1 < words.size() && VERBS.contains(words.get(i + 1))) {
        out.addAll(wordsOf(subject.phrase()));
      }
    }
    return out;
  }

  private static List<Claim> claims(List<String> words) {
    List<Claim> claims = new ArrayList<>();
    for (int i = 0; i < words.size(); i++) {
      String word = words.get(i);
      boolean named = THINGS.containsKey(word) || word.equals("the");
      for (Template template : TEMPLATES) {
        String first = template.words().get(0);
        if (first.equals("T") ? !named : !first.equals(word)) {
          continue;
        }
        Claim claim = match(template, words, i);
        if (claim != null) {
          claims.add(claim);
        }
      }
    }
    return claims;
  }

  private static @Nullable Claim match(Template template, List<String> words, int from) {
    int at = from;
    Thing thing = null;
    String value = null;
    for (String expected : template.words()) {
      if (at >= words.size()) {
        return null;
      }
      String word = words.get(at);
      if (expected.equals("T")) {
        thing = THINGS.get(word.equals("the") && at + 1 < words.size() ? words.get(at + 1) : word);
        if (thing == null || thing.kind().named() == word.equals("the")) {
          return null;
        }
        at += thing.kind().named() ? 1 : 2;
      } else if (expected.equals("V")) {
        if (!Objects.requireNonNull(VALUES.get(template.relation())).contains(word)) {
          return null;
        }
        value = template.relation() == Relation.TOWN ? Grammar.capital(word) : word;
        at++;
      } else if (expected.equals(word)) {
        at++;
      } else {
        return null;
      }
    }
    return thing == null || value == null
        ? null
        : new Claim(new Fact(thing, template.relation(), value), template.denied());
  }
}
