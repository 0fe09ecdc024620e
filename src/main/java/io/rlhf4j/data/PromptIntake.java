package io.rlhf4j.data;

import io.rlhf4j.data.Deduplication.Removed;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * From raw prompts to those that people shall label (paper, section 3.2 and appendix A.2):
 * language, de-duplication, cap per user, split by user, personal data; with a report of every
 * prompt that did not pass and why.
 *
 * @param kept with their splits, in their old order
 * @param held training prompts in which something looks like personal data: somebody must look
 * @param dropped in the order of the steps
 */
public record PromptIntake(List<Prompt> kept, List<Held> held, List<Dropped> dropped) {
  /** Why a prompt did not pass. */
  public enum Step {
    LANGUAGE,
    EQUAL,
    CONTAINS,
    SHARES_PREFIX,
    NEARLY_EQUAL,
    USER_CAP
  }

  /**
   * @param why a sentence for the report
   * @param keptId the prompt that made this one superfluous, or null
   */
  public record Dropped(Prompt prompt, Step step, String why, @Nullable String keptId) {}

  /** A prompt and what was found in it. */
  public record Held(Prompt prompt, List<PersonalData.Finding> findings) {
    public Held {
      findings = List.copyOf(findings);
    }
  }

  /**
   * @param languages codes of the languages wanted; empty: all
   * @param containment removes prompts that contain another one (what the authors did)
   * @param prefixWords removes prompts that begin with the same so many words (what the paper
   *     says); 0: does not
   * @param nearDuplicates removes prompts at least this similar to an earlier one; 0: does not
   * @param perUser most prompts of one user; 0: any number
   * @param valid share of prompts for validation
   * @param test share of prompts for the test; with both shares 0, prompts keep their splits
   * @param personalData holds training prompts with findings back
   */
  public record Settings(
      List<String> languages,
      boolean containment,
      int prefixWords,
      double nearDuplicates,
      int perUser,
      double valid,
      double test,
      long seed,
      boolean personalData) {
    public Settings {
      languages = List.copyOf(languages);
      if (prefixWords < 0 || perUser < 0) {
        throw new InputException(
            "prefix words and prompts per user must be at least 0, were %d and %d"
                .formatted(prefixWords, perUser));
      }
      if (!(nearDuplicates >= 0 && nearDuplicates <= 1)) {
        throw new InputException(
            "the similarity of near duplicates must lie in [0, 1], was " + nearDuplicates);
      }
    }

    /** The paper's pipeline as its authors described it; all languages, and a tenth held out. */
    public static Settings instructgpt() {
      return new Settings(List.of(), true, 0, 0, UserCap.MOST, 0.1, 0, 1, true);
    }

    /** Everything passes as it is. */
    public static Settings none() {
      return new Settings(List.of(), false, 0, 0, 0, 0, 0, 1, false);
    }
  }

  public PromptIntake {
    kept = List.copyOf(kept);
    held = List.copyOf(held);
    dropped = List.copyOf(dropped);
  }

  public static PromptIntake run(List<Prompt> prompts, Settings settings) {
    List<Dropped> dropped = new ArrayList<>();
    List<Prompt> left = wantedLanguages(prompts, settings.languages(), dropped);
    if (settings.containment()) {
      left = without(Deduplication.byContainment(left), dropped);
    }
    if (settings.prefixWords() > 0) {
      left = without(Deduplication.byPrefix(left, settings.prefixWords()), dropped);
    }
    if (settings.nearDuplicates() > 0) {
      left = without(SimilarPrompts.remove(left, settings.nearDuplicates()), dropped);
    }
    if (settings.perUser() > 0) {
      left = capped(left, settings.perUser(), dropped);
    }
    if (settings.valid() > 0 || settings.test() > 0) {
      left = new Splits(settings.valid(), settings.test(), settings.seed()).assign(left);
    }
    List<Prompt> kept = new ArrayList<>();
    List<Held> held = new ArrayList<>();
    for (Prompt prompt : left) {
      // The paper filtered the training split only: an evaluation keeps what users really ask.
      List<PersonalData.Finding> findings =
          settings.personalData() && prompt.split() == Split.TRAIN
              ? prompt.messages().stream()
                  .flatMap(message -> PersonalData.find(message.content()).stream())
                  .toList()
              : List.of();
      if (findings.isEmpty()) {
        kept.add(prompt);
      } else {
        held.add(new Held(prompt, findings));
      }
    }
    return new PromptIntake(kept, held, dropped);
  }

  /** How many prompts each step took, in the order of the steps; those that took none too. */
  public Map<Step, Integer> counts() {
    Map<Step, Integer> counts = new LinkedHashMap<>();
    for (Step step : Step.values()) {
      counts.put(step, 0);
    }
    dropped.forEach(one -> counts.merge(one.step(), 1, Integer::sum));
    return counts;
  }

  private static List<Prompt> wantedLanguages(
      List<Prompt> prompts, List<String> languages, List<Dropped> dropped) {
    if (languages.isEmpty()) {
      return prompts;
    }
    List<Prompt> left = new ArrayList<>();
    for (Prompt prompt : prompts) {
      LanguageGuess guess = LanguageGuess.of(prompt.text());
      if (guess.isOther(languages)) {
        String why =
            "looks like %s; wanted: %s"
                .formatted(LanguageGuess.name(guess.best()), String.join(", ", languages));
        dropped.add(new Dropped(prompt, Step.LANGUAGE, why, null));
      } else {
        left.add(prompt);
      }
    }
    return left;
  }

  private static List<Prompt> without(Deduplication result, List<Dropped> dropped) {
    for (Removed removed : result.removed()) {
      Step step = Step.valueOf(removed.reason().name());
      dropped.add(new Dropped(removed.prompt(), step, removed.toString(), removed.keptId()));
    }
    return result.kept();
  }

  private static List<Prompt> capped(List<Prompt> prompts, int most, List<Dropped> dropped) {
    UserCap cap = UserCap.apply(prompts, most);
    Set<String> kept = new HashSet<>();
    cap.kept().forEach(prompt -> kept.add(prompt.id()));
    Map<String, Integer> counts = new HashMap<>();
    for (Prompt prompt : prompts) {
      if (prompt.user() != null) {
        counts.merge(prompt.user(), 1, Integer::sum);
      }
    }
    for (Prompt prompt : prompts) {
      String user = prompt.user();
      if (user != null && !kept.contains(prompt.id())) {
        String why =
            "user '%s' sent %d prompts; the first %d stay"
                .formatted(user, counts.getOrDefault(user, 0), most);
        dropped.add(new Dropped(prompt, Step.USER_CAP, why, null));
      }
    }
    return cap.kept();
  }
}
