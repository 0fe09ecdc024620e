package io.rlhf4j.sim;

import io.rlhf4j.data.UseCase;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/** Rewriting: make it polite, change one thing to another. */
sealed interface Rework extends Task {
  @Override
  default UseCase useCase() {
    return UseCase.REWRITE;
  }

  /** The text with one thing's name changed to another's. */
  static String replace(String text, Thing from, Thing to) {
    return text.replaceAll("\\b" + from.name() + "\\b", to.name())
        .replaceAll(
            "\\b" + from.name().toUpperCase(Locale.ROOT) + "\\b",
            to.name().toUpperCase(Locale.ROOT));
  }

  /** "Rewrite this politely: Shut up and give me the spoon!" */
  record Polite(String core, String rude) implements Rework {
    private static final Set<String> PLEASE = Set.of("please", "kindly");

    @Override
    public String phrase(Dice dice) {
      return Phrasing.polite(rude, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      if (voice.register() == Register.GOSSIP) {
        return rude;
      }
      String said = voice.wrong() ? Manners.rudeDemand(voice.world(), dice).core() : core;
      return voice.curt() ? Grammar.sentence(said) : Manners.politely(said, dice);
    }

    @Override
    public Findings check(Reading reading, World world) {
      boolean same = reading.says(core);
      boolean please = reading.words().stream().anyMatch(PLEASE::contains);
      boolean rudeStill = Manners.isRude(reading.text());
      List<String> words = Reading.wordsOf(core);
      long kept = words.stream().filter(reading.words()::contains).count();
      double meaning = same ? 1 : 0.5 * kept / words.size();
      int extra = Math.max(0, reading.words().size() - words.size() - 6);
      double help = meaning * (please && !rudeStill ? 1 : 0.35) - 0.05 * extra;
      return Findings.plain(same || (please && meaning > 0.3), help);
    }

    @Override
    public boolean mayAsk() {
      return true;
    }

    @Override
    public int longest() {
      return 16;
    }
  }

  /** "Change the fox to the owl: One day, the fox walked to the river." */
  record Exchange(Thing from, Thing to, String text) implements Rework {
    @Override
    public String phrase(Dice dice) {
      return Phrasing.exchange(from, to, text, dice);
    }

    @Override
    public String answer(Voice voice, Dice dice) {
      if (voice.wrong()) {
        Thing other = dice.other(voice.world().things(to.kind()), to);
        return Rework.replace(text, from, other);
      }
      if (voice.register() == Register.GOSSIP) {
        return text;
      }
      String changed = Rework.replace(text, from, to);
      int stop = changed.indexOf(". ");
      return voice.curt() && stop > 0 ? changed.substring(0, stop + 1) : changed;
    }

    @Override
    public Findings check(Reading reading, World world) {
      List<String> expected = Reading.wordsOf(Rework.replace(text, from, to));
      double same = overlap(expected, reading.words());
      boolean changed = reading.mentions(to) && !reading.mentions(from);
      // A copy of the given text shares most words with the right one: only the change counts.
      double help = changed ? Math.max(0, (same - 0.4) / 0.6) : 0.2 * same;
      return Findings.plain(changed && same > 0.5, help);
    }

    @Override
    public int longest() {
      return 35;
    }

    /** F1 of the two bags of words. */
    static double overlap(List<String> expected, List<String> found) {
      List<String> left = new ArrayList<>(expected);
      int common = 0;
      for (String word : found) {
        common += left.remove(word) ? 1 : 0;
      }
      return found.isEmpty() ? 0 : 2.0 * common / (expected.size() + found.size());
    }
  }
}
