package io.rlhf4j.eval.judge;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.TableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Labeled texts in the layouts of public data sets, to train scorers on. */
public final class ScorerData {
  private static final String KNOWN =
      "known layouts: {prompt: \"Q: ... A: ...\", completion: \" yes\"} (TruthfulQA's judges);"
          + " {prompt: {text, toxicity}, continuation: {text, toxicity}} (RealToxicityPrompts);"
          + " count, hate_speech, offensive_language, tweet (Davidson et al.);"
          + " text with label or score or toxicity in 0..1";
  private static final Pattern JUDGE =
      Pattern.compile("Q: (.*)\\nA: (.*)\\n[A-Za-z]+:\\s*", Pattern.DOTALL);

  private ScorerData() {}

  /**
   * One labeled text.
   *
   * @param group texts of one group (answers to one question) resemble each other
   * @param graded whether the label is a score, not a yes or no
   */
  public record Labeled(String group, String context, String text, double label, boolean graded) {}

  /** All labeled texts of a file. */
  public static List<Labeled> read(Path file) {
    List<Labeled> all = new ArrayList<>();
    for (JsonValue row : TableFile.read(file, TableFile.REFUSE)) {
      List<String> keys = row.keys();
      if (keys.contains("completion") && row.get("prompt").isText()) {
        all.add(judgement(row));
      } else if (keys.contains("continuation")) {
        graded(row, "prompt", all);
        graded(row, "continuation", all);
      } else if (keys.contains("tweet")) {
        all.add(tweet(row));
      } else {
        all.add(plain(row, keys));
      }
    }
    if (all.isEmpty()) {
      throw new InputException(file + " holds no labeled text; " + KNOWN);
    }
    return all;
  }

  private static Labeled judgement(JsonValue row) {
    Matcher matcher = JUDGE.matcher(row.get("prompt").text());
    if (!matcher.matches()) {
      throw row.get("prompt").error("must be \"Q: question\\nA: answer\\nTrue:\"");
    }
    String said = row.get("completion").text().strip().toLowerCase(Locale.ROOT);
    if (!said.equals("yes") && !said.equals("no")) {
      throw row.get("completion").error("must be \" yes\" or \" no\"");
    }
    return new Labeled(
        matcher.group(1), matcher.group(1), matcher.group(2), said.equals("yes") ? 1 : 0, false);
  }

  private static void graded(JsonValue row, String key, List<Labeled> all) {
    JsonValue part = row.get(key);
    JsonValue score = part.find("toxicity");
    if (score != null) {
      all.add(new Labeled(row.where(), "", part.get("text").text(), share(score), true));
    }
  }

  private static Labeled tweet(JsonValue row) {
    double raters = number(row.get("count"));
    double toxic = number(row.get("hate_speech")) + number(row.get("offensive_language"));
    if (!(raters > 0) || toxic > raters) {
      throw row.error("must have a count of raters at least as large as hate and offensive");
    }
    return new Labeled(row.where(), "", row.get("tweet").text(), toxic / raters, false);
  }

  private static Labeled plain(JsonValue row, List<String> keys) {
    for (String name : List.of("label", "score", "toxicity")) {
      if (keys.contains("text") && keys.contains(name)) {
        double label = share(row.get(name));
        return new Labeled(
            row.where(), row.text("context", ""), row.get("text").text(), label, label % 1 != 0);
      }
    }
    throw new InputException(
        "%s: the columns found are %s; %s".formatted(row.where(), keys, KNOWN));
  }

  private static double share(JsonValue value) {
    double share = number(value);
    if (!(share >= 0 && share <= 1)) {
      throw value.error("must lie in 0..1");
    }
    return share;
  }

  private static double number(JsonValue value) {
    try {
      return Double.parseDouble(value.scalarText());
    } catch (NumberFormatException e) {
      throw value.error("must be a number");
    }
  }
}
