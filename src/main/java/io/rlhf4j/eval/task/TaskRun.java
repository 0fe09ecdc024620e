package io.rlhf4j.eval.task;

import io.rlhf4j.eval.output.Metric;
import io.rlhf4j.eval.output.OutputRow;
import io.rlhf4j.eval.output.OutputTask;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A model's outcome on one task, as rows that {@link io.rlhf4j.eval.output.OutputScores} counts:
 * its outputs, or its choices as scores.
 *
 * @param scoredAs the metrics of a generation task; null for the other kinds
 * @param items how many the data holds, examples of few-shot prompts aside
 * @param tooLong items left out because they do not fit the model
 * @param unknown items left out because of letters that the tokenizer does not know
 */
public record TaskRun(
    TaskDefinition task,
    Path data,
    @Nullable OutputTask scoredAs,
    List<OutputRow> rows,
    int shots,
    int items,
    int tooLong,
    int unknown) {
  /** Scores of the rows of choice tasks. */
  static final String PER_TOKEN = "accuracy per token";

  static final String SUMMED = "accuracy summed";
  static final String MASS = "mass on true";
  static final String ENTROPY = "entropy";
  static final String TOKEN_ENTROPY = "entropy per token";

  private static final double LOG_2 = Math.log(2);

  public TaskRun {
    rows = List.copyOf(rows);
  }

  /** How much of a task is run. */
  public record Limits(@Nullable Integer items, @Nullable Integer shots) {}

  /** Runs the task. */
  public static TaskRun of(
      TaskDefinition task,
      Path data,
      String name,
      Transformer transformer,
      Tokenizer tokenizer,
      PromptStyle style,
      Limits limits) {
    List<TaskData.Row> rows = TaskData.read(task, data);
    Integer wanted = limits.shots();
    int shots = task.shot() == null ? 0 : wanted == null ? task.shots() : wanted;
    List<TaskItem> items = TaskItem.all(task, rows, shots);
    Integer most = limits.items();
    if (most != null && most < items.size()) {
      items = items.subList(0, most);
    }
    Collector collector =
        new Collector(task, name, new SubjectModel(transformer, tokenizer, style));
    if (task.kind() == TaskDefinition.Kind.GENERATION) {
      collector.generate(items);
    } else {
      collector.choose(items);
    }
    String scoredAs = task.scoredAs();
    return new TaskRun(
        task,
        data,
        scoredAs == null ? null : OutputTask.of(scoredAs),
        collector.rows,
        shots,
        items.size(),
        collector.tooLong,
        collector.unknown);
  }

  /** The metrics of a choice task's rows; those of a generation task are its output task's. */
  public List<Metric> choiceMetrics() {
    List<Metric> metrics = new ArrayList<>();
    if (task.kind() == TaskDefinition.Kind.ENTROPY) {
      metrics.add(
          score(
              ENTROPY,
              "entropy in bits of the choice between the texts, by their probabilities; as many"
                  + " bits as the texts allow mean no preference"));
      metrics.add(
          score(TOKEN_ENTROPY, "the same by the average log-probability per token, not the sum"));
      return metrics;
    }
    metrics.add(
        new Metric(
            "accuracy",
            "share of right choices; chosen is the highest average log-probability per token",
            "",
            row -> parts(row, PER_TOKEN),
            sums -> sums[0] / sums[1]));
    metrics.add(score(SUMMED, "share of right choices by the summed log-probability"));
    if (task.targets() != null) {
      metrics.add(
          score(MASS, "probability of the true choices as a share of all of them, by their sums"));
    }
    return metrics;
  }

  private static Metric score(String name, String definition) {
    return new Metric(name, definition, "", row -> parts(row, name), sums -> sums[0] / sums[1]);
  }

  private static double[] parts(OutputRow row, String name) {
    double score = row.score(name);
    return Double.isNaN(score) ? new double[0] : new double[] {score, 1};
  }

  /** A sentence on what was run and what was left out. */
  public String note() {
    return String.format(
        Locale.ROOT,
        "%s: %s, %d items%s%s%s%s",
        task.task(),
        data.getFileName(),
        items,
        shots > 0 ? ", " + shots + " shots" : "",
        tooLong > 0
            ? ", " + tooLong + " prompts or choices too long for the model and left out"
            : "",
        unknown > 0 ? ", " + unknown + " with letters outside its vocabulary and left out" : "",
        task.note() == null ? "" : "; " + task.note());
  }

  /** Gathers rows and counts what was left out. */
  private static final class Collector {
    private final TaskDefinition task;
    private final String name;
    private final SubjectModel model;
    private final List<OutputRow> rows = new ArrayList<>();
    private int tooLong;
    private int unknown;

    Collector(TaskDefinition task, String name, SubjectModel model) {
      this.task = task;
      this.name = name;
      this.model = model;
    }

    void generate(List<TaskItem> items) {
      List<int[]> prompts = new ArrayList<>();
      List<OutputRow> pending = new ArrayList<>();
      for (TaskItem item : items) {
        item.prompts()
            .forEach(
                (type, prompt) -> {
                  int[] ids = model.prompt(prompt);
                  if (ids == null) {
                    unknown++;
                  } else if (!model.fits(ids.length + task.maxNewTokens())) {
                    tooLong++;
                  } else {
                    prompts.add(ids);
                    pending.add(row(item, type, "", Map.of()));
                  }
                });
      }
      List<String> texts = model.write(prompts, task.maxNewTokens());
      for (int i = 0; i < texts.size(); i++) {
        OutputRow r = pending.get(i);
        rows.add(
            new OutputRow(
                r.where(),
                r.model(),
                r.size(),
                r.promptType(),
                r.prompt(),
                texts.get(i),
                r.references(),
                Map.of()));
      }
    }

    void choose(List<TaskItem> items) {
      List<Sample> samples = new ArrayList<>();
      List<Asked> asked = new ArrayList<>();
      for (TaskItem item : items) {
        item.prompts().forEach((type, prompt) -> add(item, type, prompt, samples, asked));
      }
      double[] all = model.logProbabilities(samples);
      for (Asked question : asked) {
        int n = question.item().choices().size();
        double[] sums = new double[n];
        double[] means = new double[n];
        for (int c = 0; c < n; c++) {
          sums[c] = all[question.first() + c];
          means[c] = sums[c] / samples.get(question.first() + c).completion().length;
        }
        rows.add(
            row(
                question.item(),
                question.type(),
                question.item().choices().get(best(means)),
                scores(question.item(), sums, means)));
      }
    }

    /** A question and where its choices' samples begin. */
    private record Asked(TaskItem item, String type, int first) {}

    private void add(
        TaskItem item, String type, String prompt, List<Sample> samples, List<Asked> asked) {
      List<Sample> own = new ArrayList<>();
      for (String choice : item.choices()) {
        Sample sample = model.choice(prompt, choice);
        if (sample == null) {
          unknown++;
          return;
        }
        if (!model.fits(sample.length())) {
          tooLong++;
          return;
        }
        own.add(sample);
      }
      asked.add(new Asked(item, type, samples.size()));
      samples.addAll(own);
    }

    private Map<String, Double> scores(TaskItem item, double[] sums, double[] means) {
      Map<String, Double> scores = new HashMap<>();
      if (task.kind() == TaskDefinition.Kind.ENTROPY) {
        scores.put(ENTROPY, bits(shares(sums)));
        scores.put(TOKEN_ENTROPY, bits(shares(means)));
        return scores;
      }
      scores.put(PER_TOKEN, item.correct().get(best(means)) ? 1.0 : 0.0);
      scores.put(SUMMED, item.correct().get(best(sums)) ? 1.0 : 0.0);
      double[] shares = shares(sums);
      double mass = 0;
      for (int c = 0; c < shares.length; c++) {
        mass += item.correct().get(c) ? shares[c] : 0;
      }
      scores.put(MASS, mass);
      return scores;
    }

    private OutputRow row(TaskItem item, String type, String output, Map<String, Double> scores) {
      String question = item.question();
      String prompt = question == null ? String.valueOf(item.prompts().get(type)) : question;
      return new OutputRow(
          item.where(),
          name,
          "",
          type,
          // Items that all begin alike are items of their own; only choices may be such.
          item.choices().isEmpty() ? prompt : "item " + item.number() + ": " + prompt,
          output,
          item.references(),
          scores);
    }
  }

  static int best(double[] values) {
    int best = 0;
    for (int i = 1; i < values.length; i++) {
      best = values[i] > values[best] ? i : best;
    }
    return best;
  }

  /** Probabilities as shares of their sum, from their logarithms. */
  static double[] shares(double[] logs) {
    double most = logs[best(logs)];
    double sum = 0;
    double[] shares = new double[logs.length];
    for (int i = 0; i < logs.length; i++) {
      shares[i] = Math.exp(logs[i] - most);
      sum += shares[i];
    }
    for (int i = 0; i < logs.length; i++) {
      shares[i] /= sum;
    }
    return shares;
  }

  static double bits(double[] shares) {
    double bits = 0;
    for (double p : shares) {
      bits -= p > 0 ? p * Math.log(p) / LOG_2 : 0;
    }
    return bits;
  }
}
