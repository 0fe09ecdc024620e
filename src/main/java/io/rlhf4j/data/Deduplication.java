package io.rlhf4j.data;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Prompts without those that repeat others, and a report of what was removed and why. The paper
 * says "prompts that share a long common prefix" (section 3.2); its authors said later that prompts
 * which entirely contain another prompt were removed, which is {@link #byContainment} here.
 *
 * <p>Texts are compared word by word, without regard to case and the kind of space.
 *
 * @param kept in their old order
 * @param removed in their old order
 */
public record Deduplication(List<Prompt> kept, List<Removed> removed) {
  /** Shorter prompts ("hello", "continue") do not make longer ones their repetitions. */
  public static final int FEWEST_WORDS = 3;

  /** Words that count as a long common beginning. */
  public static final int PREFIX_WORDS = 20;

  /** Why a prompt went. */
  public enum Reason {
    EQUAL("has the same text as"),
    CONTAINS("contains the whole of"),
    SHARES_PREFIX("begins like"),
    NEARLY_EQUAL("says nearly the same as");

    private final String words;

    Reason(String words) {
      this.words = words;
    }
  }

  /**
   * @param keptId the prompt that makes this one a repetition
   */
  public record Removed(Prompt prompt, Reason reason, String keptId) {
    /** A sentence for the report. */
    @Override
    public String toString() {
      return "prompt '%s' %s prompt '%s'".formatted(prompt.id(), reason.words, keptId);
    }
  }

  private record Entry(int place, Prompt prompt, List<String> words) {}

  public Deduplication {
    kept = List.copyOf(kept);
    removed = List.copyOf(removed);
  }

  /** Removes prompts that contain another one of at least {@link #FEWEST_WORDS}. */
  public static Deduplication byContainment(List<Prompt> prompts) {
    return byContainment(prompts, FEWEST_WORDS);
  }

  /**
   * Removes prompts that contain another one; of equal ones the first stays.
   *
   * @param fewestWords prompts shorter than this only make equal ones repetitions
   */
  public static Deduplication byContainment(List<Prompt> prompts, int fewestWords) {
    if (fewestWords < 1) {
      throw new InputException("fewest words must be at least 1, was " + fewestWords);
    }
    List<Entry> shortestFirst = entries(prompts);
    shortestFirst.sort(Comparator.comparingInt(entry -> entry.words().size()));
    Map<List<String>, Entry> byText = new HashMap<>();
    // A prompt can only stand where its first words do.
    Map<List<String>, List<Entry>> byBeginning = new HashMap<>();
    Map<Integer, Removed> removed = new HashMap<>();
    for (Entry entry : shortestFirst) {
      Entry equal = byText.putIfAbsent(entry.words(), entry);
      Entry inside = equal == null ? contained(entry, byBeginning, fewestWords) : null;
      if (equal != null) {
        removed.put(entry.place(), removed(entry, Reason.EQUAL, equal));
      } else if (inside != null) {
        removed.put(entry.place(), removed(entry, Reason.CONTAINS, inside));
        byText.put(entry.words(), inside);
      } else if (entry.words().size() >= fewestWords) {
        byBeginning
            .computeIfAbsent(entry.words().subList(0, fewestWords), words -> new ArrayList<>())
            .add(entry);
      }
    }
    return divide(prompts, removed);
  }

  /** Removes all but the first of the prompts whose first {@link #PREFIX_WORDS} words are equal. */
  public static Deduplication byPrefix(List<Prompt> prompts) {
    return byPrefix(prompts, PREFIX_WORDS);
  }

  /** Removes all but the first of the prompts whose first words are equal, or all of them. */
  public static Deduplication byPrefix(List<Prompt> prompts, int prefixWords) {
    if (prefixWords < 1) {
      throw new InputException("prefix words must be at least 1, was " + prefixWords);
    }
    Map<List<String>, Entry> first = new HashMap<>();
    Map<Integer, Removed> removed = new HashMap<>();
    for (Entry entry : entries(prompts)) {
      int words = Math.min(prefixWords, entry.words().size());
      Entry before = first.putIfAbsent(entry.words().subList(0, words), entry);
      if (before != null) {
        Reason reason = before.words().equals(entry.words()) ? Reason.EQUAL : Reason.SHARES_PREFIX;
        removed.put(entry.place(), removed(entry, reason, before));
      }
    }
    return divide(prompts, removed);
  }

  private static @Nullable Entry contained(
      Entry entry, Map<List<String>, List<Entry>> byBeginning, int fewestWords) {
    List<String> words = entry.words();
    for (int at = 0; at + fewestWords <= words.size(); at++) {
      for (Entry shorter :
          byBeginning.getOrDefault(words.subList(at, at + fewestWords), List.of())) {
        int end = at + shorter.words().size();
        if (end <= words.size() && words.subList(at, end).equals(shorter.words())) {
          return shorter;
        }
      }
    }
    return null;
  }

  private static List<Entry> entries(List<Prompt> prompts) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> interned = new HashMap<>();
    for (Prompt prompt : prompts) {
      List<String> words =
          words(prompt.text()).stream().map(w -> interned.computeIfAbsent(w, v -> v)).toList();
      entries.add(new Entry(entries.size(), prompt, words));
    }
    return entries;
  }

  /** A text as it is compared. */
  static List<String> words(String text) {
    return List.of(text.strip().toLowerCase(Locale.ROOT).split("\\s+"));
  }

  private static Removed removed(Entry entry, Reason reason, Entry kept) {
    return new Removed(entry.prompt(), reason, kept.prompt().id());
  }

  /**
   * @param removed by place in the list
   */
  static Deduplication divide(List<Prompt> prompts, Map<Integer, Removed> removed) {
    List<Prompt> kept = new ArrayList<>();
    List<Removed> gone = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Removed why = removed.get(i);
      if (why == null) {
        kept.add(prompts.get(i));
      } else {
        gone.add(why);
      }
    }
    return new Deduplication(kept, gone);
  }
}
