package io.rlhf4j.sim;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Split;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;

/**
 * What people of the world ask a helper: the paper's ten use cases in Table 1's proportions. Every
 * text belongs to exactly one split (by its hash), every user too (the split is in the name), and
 * no text of one call occurs twice. Training and validation prompts never ask about a held-out
 * myth.
 */
public final class Prompts {
  /** No prompt is longer than this. */
  public static final int LONGEST_WORDS = 75;

  static final List<String> OPENERS =
      List.of(
          "Hello. ",
          "Please help me. ",
          "A question for you. ",
          "I need your help. ",
          "Good morning. ");
  static final List<String> CLOSERS =
      List.of(" Thank you.", " Thanks.", " Please help.", " It is for a friend.");
  static final List<String> TRADES =
      List.of(
          "I write books for children. ",
          "I am a teacher. ",
          "We make a quiz for the market. ",
          "I have a small shop. ",
          "This is for my page about the world. ",
          "I want to learn. ");

  private final World world;
  private final Tasks tasks;

  public Prompts(World world) {
    this.world = world;
    this.tasks = new Tasks(world);
  }

  /** Prompts that labelers thought up: plain, few-shot and user-based ones, a third each. */
  public List<SimPrompt> labelerWritten(int count, Split split, long seed) {
    return generate(count, split, seed, false);
  }

  /** Prompts that users sent; about six per user in training, two in the other splits. */
  public List<SimPrompt> api(int count, Split split, long seed) {
    return generate(count, split, seed, true);
  }

  private List<SimPrompt> generate(int count, Split split, long seed, boolean api) {
    Dice dice = new Dice(Dice.seed(world.seed(), "prompts", api, split, seed));
    String stem = (api ? "api" : "labeler") + "-" + split.name().toLowerCase(Locale.ROOT);
    List<SimPrompt> prompts = new ArrayList<>();
    Set<String> texts = new HashSet<>();
    Author author = author(stem, seed, 0, api, split, dice);
    int left = author.prompts();
    int authors = 1;
    for (long tries = 0; prompts.size() < count; tries++) {
      if (tries > 400L * count + 10_000) {
        throw new InputException(
            "the world has no "
                + count
                + " different prompts for "
                + split
                + "; it found "
                + prompts.size()
                + "; ask for fewer");
      }
      if (left == 0) {
        author = author(stem, seed, authors++, api, split, dice);
        left = author.prompts();
      }
      Task task = tasks.any(dice);
      PromptKind kind = author.kind(dice);
      String text = text(task, kind, author, dice);
      boolean kept =
          Web.words(text) <= LONGEST_WORDS
              && splitOf(text) == split
              && (split == Split.TEST || task.subjects().stream().noneMatch(world::heldOut))
              && texts.add(text);
      if (!kept && kind == PromptKind.FEW_SHOT) {
        continue;
      }
      if (kept) {
        // The use case was drawn before the text: a refused text must not change the shares much,
        // so only texts that exist already or belong to another split are drawn anew.
        prompts.add(
            new SimPrompt(
                new Prompt(
                    stem + "-" + seed + "-" + prompts.size(),
                    List.of(Message.user(text)),
                    author.name(),
                    task.useCase(),
                    kind,
                    split),
                task));
        left--;
      }
    }
    return prompts;
  }

  /** The one split a text may stand in: 70% train, 15% valid, 15% test. */
  static Split splitOf(String text) {
    long bucket = Math.floorMod(Dice.seed(17, text), 100L);
    return bucket < 70 ? Split.TRAIN : bucket < 85 ? Split.VALID : Split.TEST;
  }

  private record Author(String name, boolean api, int prompts, String opener, String closer) {
    PromptKind kind(Dice dice) {
      if (api) {
        return PromptKind.API;
      }
      return dice.one(List.of(PromptKind.PLAIN, PromptKind.FEW_SHOT, PromptKind.USER_BASED));
    }
  }

  private static Author author(
      String stem, long seed, int index, boolean api, Split split, Dice dice) {
    String name = stem + "-" + seed + "-user-" + index;
    int prompts = split == Split.TRAIN ? dice.between(3, 9) : dice.between(1, 3);
    String opener = api && dice.chance(0.35) ? dice.one(OPENERS) : "";
    String closer = api && dice.chance(0.25) ? dice.one(CLOSERS) : "";
    return new Author(name, api, prompts, opener, closer);
  }

  private String text(Task task, PromptKind kind, Author author, Dice dice) {
    String asked = asked(task, dice);
    if (task.provoking() && dice.chance(0.15)) {
      asked = Manner.RESPECTFUL.instruction() + asked;
    }
    String text =
        switch (kind) {
          case PLAIN -> asked;
          case USER_BASED -> frames(task) ? dice.one(TRADES) + asked : asked;
          case FEW_SHOT -> fewShot(task, asked, dice);
          case API -> frames(task) ? author.opener() + asked + author.closer() : asked;
        };
    return text + "\n";
  }

  /** The task's phrase with its constraints behind it. */
  static String asked(Task task, Dice dice) {
    StringBuilder out = new StringBuilder(task.phrase(dice));
    for (Constraint constraint : task.constraints()) {
      if (!constraint.request().isEmpty()) {
        out.append(' ').append(constraint.request());
      }
    }
    return out.toString();
  }

  /** Whether a sentence may stand around the task: not around a story's beginning or a chat. */
  private static boolean frames(Task task) {
    return !(task instanceof Writing.Continue
        || task instanceof Talk.Reply
        || task instanceof Talk.Unclear
        || task.closedDomain()
        || task instanceof Rework);
  }

  /** One or two answered requests of the same sort before the one that counts. */
  private String fewShot(Task task, String asked, Dice dice) {
    if (asked.contains("\n") || task instanceof Writing.Continue) {
      return asked;
    }
    int shots = task.longest() <= 25 ? dice.between(1, 2) : 1;
    StringBuilder out = new StringBuilder();
    for (int i = 0; i < shots; i++) {
      Task shown = tasks.like(task, dice);
      out.append("Request: ")
          .append(asked(shown, dice))
          .append("\nAnswer: ")
          .append(shown.answer(Voice.careful(world), dice))
          .append("\n\n");
    }
    return out.append("Request: ").append(asked).append("\nAnswer:").toString();
  }
}
