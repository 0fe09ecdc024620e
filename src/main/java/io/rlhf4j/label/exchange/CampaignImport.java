package io.rlhf4j.label.exchange;

import io.rlhf4j.data.ColumnNames;
import io.rlhf4j.data.Completion;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.DatasetReader.Placed;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.ModelOutputs;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptIntake;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.TaskKind;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What files would bring into a campaign, before anything is stored: so that a lead can look at it.
 *
 * @param source the files' names
 * @param entries that passed
 * @param held entries in whose prompts something looks like personal data
 * @param dropped prompts that did not pass, and why
 * @param leftOut judgements that do not come along
 */
public record CampaignImport(
    String source,
    List<Entry> entries,
    List<Held> held,
    List<PromptIntake.Dropped> dropped,
    List<LeftOut> leftOut) {
  /**
   * One future item.
   *
   * @param labels rankings of exactly these outputs that the files hold, one per person; empty if
   *     they are not wanted
   */
  public record Entry(NewItem item, List<Ranking> labels) {
    public Entry {
      labels = List.copyOf(labels);
      if (labels.stream().map(Ranking::labeler).distinct().count() < labels.size()) {
        throw new IllegalStateException("somebody's second judgement of the same outputs");
      }
    }
  }

  /** An entry that waits for a lead's look at its prompt. */
  public record Held(Entry entry, PromptIntake.Held why) {}

  /**
   * A judgement that does not come along.
   *
   * @param where file and line
   */
  public record LeftOut(String where, String promptId, String why) {}

  private record Task(Prompt prompt, List<NewOutput> outputs, List<Ranking> labels) {}

  public CampaignImport {
    entries = List.copyOf(entries);
    held = List.copyOf(held);
    dropped = List.copyOf(dropped);
    leftOut = List.copyOf(leftOut);
  }

  /** Prompts of a data set in any known layout, for people to write answers to. */
  public static CampaignImport prompts(
      Path file, ColumnNames columns, PromptIntake.Settings settings) {
    List<Task> tasks =
        DatasetReader.open(file, columns).prompts().stream()
            .map(prompt -> new Task(prompt, List.of(), List.of()))
            .toList();
    return of(String.valueOf(file.getFileName()), tasks, settings, true);
  }

  /**
   * Outputs of several models to the same prompts, one file per model or all in one.
   *
   * @param task decides how the outputs of a prompt become items
   * @param baseline for comparisons of more than two outputs: the model that each other one meets
   */
  public static CampaignImport outputs(
      List<Path> files,
      ColumnNames columns,
      TaskKind task,
      String baseline,
      PromptIntake.Settings settings) {
    List<Task> tasks = new ArrayList<>();
    for (ModelOutputs outputs : ModelOutputs.read(files, columns)) {
      List<NewOutput> all = outputs.completions().stream().map(CampaignImport::output).toList();
      for (List<NewOutput> group : groups(outputs.prompt(), all, task, baseline)) {
        tasks.add(new Task(outputs.prompt(), group, List.of()));
      }
    }
    return of(names(files), tasks, settings, false);
  }

  /**
   * Outputs that somebody ranked or compared, in any known layout; equal sets of outputs to one
   * prompt become one item.
   *
   * @param withLabels takes the judgements too, not only the outputs
   */
  public static CampaignImport rankings(
      Path file, ColumnNames columns, boolean withLabels, PromptIntake.Settings settings) {
    Map<List<String>, List<Placed>> groups = new LinkedHashMap<>();
    for (Placed placed : DatasetReader.open(file, columns).placedRankings()) {
      groups.computeIfAbsent(judged(placed.ranking()), k -> new ArrayList<>()).add(placed);
    }
    String name = String.valueOf(file.getFileName());
    List<Task> tasks = new ArrayList<>();
    List<LeftOut> leftOut = new ArrayList<>();
    for (List<Placed> group : groups.values()) {
      Ranking first = group.get(0).ranking();
      List<NewOutput> outputs = new ArrayList<>();
      for (int i = 0; i < first.size(); i++) {
        outputs.add(NewOutput.of(first.completions().get(i), policy(first, i)));
      }
      // An item has one label of a person, and what somebody says first is what counts.
      Map<String, Placed> firsts = new LinkedHashMap<>();
      for (Placed placed : withLabels ? group : List.<Placed>of()) {
        Placed before = firsts.putIfAbsent(placed.ranking().labeler(), placed);
        if (before != null) {
          leftOut.add(
              new LeftOut(
                  placed.where().replace(file.toString(), name),
                  first.prompt().id(),
                  "the same person judged the same outputs before, at "
                      + before.where().replace(file.toString(), name)));
        }
      }
      List<Ranking> labels = firsts.values().stream().map(Placed::ranking).toList();
      tasks.add(new Task(first.prompt(), outputs, labels));
    }
    CampaignImport found = of(name, tasks, settings, false);
    return new CampaignImport(name, found.entries(), found.held(), found.dropped(), leftOut);
  }

  /** What two rankings must have in common to be labels of one item. */
  private static List<String> judged(Ranking ranking) {
    List<String> key = new ArrayList<>();
    for (int i = 0; i < ranking.size(); i++) {
      key.add(ranking.completions().get(i) + "\0" + policy(ranking, i));
    }
    Collections.sort(key);
    key.add(ranking.prompt().id());
    return key;
  }

  private static String policy(Ranking ranking, int i) {
    return ranking.policies().isEmpty() ? "" : ranking.policies().get(i);
  }

  /** How many judgements come along. */
  public int labels() {
    return entries.stream().mapToInt(entry -> entry.labels().size()).sum();
  }

  /** What the task needs of every entry. */
  public void requireFor(TaskKind task) {
    for (Entry entry : entries) {
      int outputs = entry.item().outputs().size();
      // Prompts may come first and be filled by models later.
      if (outputs > 0 && !task.fits(outputs)) {
        throw new InputException(
            "the task '%s' needs %s; %s holds an item with %d"
                .formatted(task.title, task.needs(), source, outputs));
      }
    }
  }

  private static List<List<NewOutput>> groups(
      Prompt prompt, List<NewOutput> all, TaskKind task, String baseline) {
    if (task != TaskKind.COMPARISON || all.size() <= 2) {
      return List.of(all);
    }
    List<List<NewOutput>> pairs = new ArrayList<>();
    for (NewOutput base : all.stream().filter(o -> o.policy().equals(baseline)).toList()) {
      for (NewOutput other : all) {
        if (!other.policy().equals(baseline)) {
          pairs.add(List.of(other, base));
        }
      }
    }
    if (pairs.isEmpty()) {
      throw new InputException(
          "prompt '%s' has %d outputs; a comparison needs two, or a baseline that is one of %s"
              .formatted(
                  prompt.id(),
                  all.size(),
                  all.stream().map(NewOutput::policy).distinct().toList()));
    }
    return pairs;
  }

  /**
   * Sends every prompt once through the intake and keeps the tasks of those that passed.
   *
   * @param renumbered gives repeated prompts ids of their own, as prompts to write about have them
   */
  private static CampaignImport of(
      String source, List<Task> tasks, PromptIntake.Settings settings, boolean renumbered) {
    Map<String, Prompt> prompts = new LinkedHashMap<>();
    tasks.forEach(task -> prompts.putIfAbsent(task.prompt().id(), task.prompt()));
    if (renumbered && prompts.size() < tasks.size()) {
      throw new IllegalStateException("prompts of one file have ids of their own");
    }
    PromptIntake intake = PromptIntake.run(List.copyOf(prompts.values()), settings);
    Map<String, Prompt> passed = new HashMap<>();
    intake.kept().forEach(prompt -> passed.put(prompt.id(), prompt));
    Map<String, PromptIntake.Held> waiting = new HashMap<>();
    intake.held().forEach(one -> waiting.put(one.prompt().id(), one));
    List<Entry> entries = new ArrayList<>();
    List<Held> held = new ArrayList<>();
    for (Task task : tasks) {
      String id = task.prompt().id();
      Prompt prompt = passed.get(id);
      PromptIntake.Held why = waiting.get(id);
      if (prompt != null) {
        entries.add(new Entry(NewItem.of(prompt, task.outputs()), task.labels()));
      } else if (why != null) {
        held.add(new Held(new Entry(NewItem.of(why.prompt(), task.outputs()), task.labels()), why));
      }
    }
    if (entries.isEmpty() && held.isEmpty() && intake.dropped().isEmpty()) {
      throw new InputException(source + " holds nothing to label");
    }
    return new CampaignImport(source, entries, held, intake.dropped(), List.of());
  }

  private static NewOutput output(Completion completion) {
    return new NewOutput(completion.text(), completion.policy(), null, completion.finished());
  }

  private static String names(List<Path> files) {
    return files.size() == 1
        ? String.valueOf(files.get(0).getFileName())
        : "%s and %d more files"
            .formatted(
                files.stream()
                    .map(file -> String.valueOf(file.getFileName()))
                    .min(Comparator.naturalOrder())
                    .orElse(""),
                files.size() - 1);
  }
}
