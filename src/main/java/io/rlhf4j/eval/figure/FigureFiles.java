package io.rlhf4j.eval.figure;

import io.rlhf4j.data.AtomicFile;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** figures.json, figures.csv and differences.csv in a folder. */
public final class FigureFiles {
  private FigureFiles() {}

  public static void write(Path folder, FigureSet set) {
    AtomicFile.write(folder.resolve("figures.json"), set.toJson());
    AtomicFile.write(folder.resolve("figures.csv"), figures(set));
    if (!set.differences().isEmpty()) {
      AtomicFile.write(folder.resolve("differences.csv"), differences(set.differences()));
    }
  }

  /** One line per figure; a judge's quality stands beside each of its figures. */
  static String figures(FigureSet set) {
    StringBuilder out =
        new StringBuilder(
            "task,metric,judge,model,size,prompt_type,prompts,outputs,value,low,high,published,"
                + "judge_quality\n");
    for (Figure f : set.figures()) {
      row(
          out,
          f.task(),
          f.metric(),
          f.judge(),
          f.model(),
          f.size(),
          f.promptType(),
          f.prompts(),
          f.outputs(),
          f.value(),
          f.low(),
          f.high(),
          f.published(),
          set.judges().get(f.judge()));
    }
    return out.toString();
  }

  static String differences(List<Difference> differences) {
    StringBuilder out =
        new StringBuilder(
            "task,metric,judge,prompt_type,model,baseline,prompts,value,low,high,clear\n");
    for (Difference d : differences) {
      row(
          out,
          d.task(),
          d.metric(),
          d.judge(),
          d.promptType(),
          d.model(),
          d.baseline(),
          d.prompts(),
          d.value(),
          d.low(),
          d.high(),
          d.clear());
    }
    return out.toString();
  }

  private static void row(StringBuilder out, @Nullable Object... cells) {
    for (int c = 0; c < cells.length; c++) {
      out.append(c == 0 ? "" : ",").append(quoted(cells[c]));
    }
    out.append('\n');
  }

  private static String quoted(@Nullable Object cell) {
    String text = cell == null ? "" : cell.toString();
    return text.contains(",") || text.contains("\"") || text.contains("\n")
        ? '"' + text.replace("\"", "\"\"") + '"'
        : text;
  }
}
