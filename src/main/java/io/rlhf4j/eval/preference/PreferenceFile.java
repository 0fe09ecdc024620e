package io.rlhf4j.eval.preference;

import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.TableFile;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Rankings that say which model wrote each output: rankings.jsonl with policies, or rows of two
 * models' outputs and a verdict ({@code model_a, model_b, prompt, completion_a, completion_b,
 * preference, evaluator}).
 */
public final class PreferenceFile {
  private PreferenceFile() {}

  public static List<Ranking> read(Path file) {
    List<JsonValue> rows = TableFile.read(file, TableFile.REFUSE);
    if (rows.isEmpty()) {
      throw new InputException(file + " holds no rows");
    }
    boolean headToHead = rows.get(0).isObject() && rows.get(0).keys().contains("model_a");
    List<Ranking> rankings =
        headToHead
            ? rows.stream().map(PreferenceFile::ranking).toList()
            : DatasetReader.readRankings(file);
    List<Ranking> named = new ArrayList<>();
    for (Ranking ranking : rankings) {
      if (!ranking.policies().isEmpty()) {
        named.add(ranking);
      }
    }
    if (named.isEmpty()) {
      throw new InputException(
          file
              + ": no row says which model wrote each output; give 'policies' in rankings, or"
              + " model_a and model_b");
    }
    return named;
  }

  private static Ranking ranking(JsonValue row) {
    String prompt = row.get("prompt").text();
    String verdict = row.get("preference").text().toLowerCase(Locale.ROOT);
    List<Integer> ranks;
    if (verdict.equals("tie")) {
      ranks = List.of(1, 1);
    } else if (verdict.startsWith("a")) {
      ranks = List.of(1, 2);
    } else if (verdict.startsWith("b")) {
      ranks = List.of(2, 1);
    } else {
      throw row.get("preference").error("must be tie, or begin with a or b");
    }
    return new Ranking(
        Prompt.plain(row.text("instance_id", Integer.toHexString(prompt.hashCode())), prompt),
        List.of(row.get("completion_a").text(), row.get("completion_b").text()),
        ranks,
        List.of(row.get("model_a").text(), row.get("model_b").text()),
        List.of(),
        List.of(),
        row.has("evaluator") ? row.get("evaluator").scalarText() : row.text("labeler", "unknown"));
  }
}
