package io.rlhf4j.sim;

import io.rlhf4j.data.Prompt;
import java.util.ArrayList;
import java.util.List;

/**
 * A few answered requests to put before a prompt, so that a base model answers too ("GPT,
 * prompted"). The pattern is one that the web has, so a base model goes on with it.
 *
 * @param name for reports
 * @param text the answered requests, at most 70 words, ending in a blank line
 * @param before stands before the prompt
 * @param after stands after it; the model writes what follows
 */
public record FewShotPrefix(String name, String text, String before, String after) {
  /** What the model reads. */
  public String apply(Prompt prompt) {
    return text + before + prompt.text().strip() + after;
  }

  /** The answer in what the model wrote: up to the next line of the pattern. */
  public String cut(String continuation) {
    String answer = continuation.strip();
    int line = answer.indexOf('\n');
    return (line < 0 ? answer : answer.substring(0, line)).strip();
  }

  /** Candidates, as two people might try them in an hour; the truth in them is the world's. */
  public static List<FewShotPrefix> candidates(World world) {
    Dice dice = new Dice(Dice.seed(world.seed(), "prefixes"));
    Tasks tasks = new Tasks(world);
    List<FewShotPrefix> found = new ArrayList<>();
    found.add(requests("careful", tasks, Voice.careful(world), 3, dice));
    found.add(
        requests("plain", tasks, new Voice(world, Register.PLAIN, false, true, false), 3, dice));
    found.add(requests("short", tasks, Voice.careful(world), 2, dice));
    found.add(questions(world, Register.PLAIN, "questions", dice));
    found.add(questions(world, Register.CAREFUL, "careful-questions", dice));
    return found;
  }

  /** Requests of different sorts: a description, a story, a question. */
  private static FewShotPrefix requests(
      String name, Tasks tasks, Voice voice, int shots, Dice dice) {
    List<Class<? extends Task>> sorts =
        List.of(Writing.Story.class, Question.Ask.class, Writing.Describe.class);
    StringBuilder out = new StringBuilder();
    for (Class<? extends Task> sort : sorts.subList(0, shots)) {
      Task task = tasks.open(dice);
      while (!sort.isInstance(task)
          || !task.constraints().isEmpty()
          || task.subjects().stream().anyMatch(voice.world()::heldOut)) {
        task = tasks.open(dice);
      }
      out.append("Request: ")
          .append(Prompts.asked(task, dice))
          .append("\nAnswer: ")
          .append(task.answer(voice, dice))
          .append("\n\n");
    }
    return Web.words(out.toString()) <= 70
        ? new FewShotPrefix(name, out.toString(), "Request: ", "\nAnswer:")
        : requests(name, tasks, voice, shots, dice);
  }

  private static FewShotPrefix questions(World world, Register register, String name, Dice dice) {
    StringBuilder out = new StringBuilder();
    List<Fact> plain =
        world.facts().stream().filter(f -> world.myth(f.thing(), f.relation()).isEmpty()).toList();
    for (Fact fact : dice.some(plain, 3)) {
      out.append("Q: ")
          .append(Grammar.question(fact.thing(), fact.relation(), dice))
          .append("\nA: ")
          .append(Grammar.statement(fact, register, dice))
          .append('\n');
    }
    return new FewShotPrefix(name, out.toString(), "Q: ", "\nA:");
  }
}
