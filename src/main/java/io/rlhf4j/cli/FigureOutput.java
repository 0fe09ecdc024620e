package io.rlhf4j.cli;

import io.rlhf4j.eval.figure.FigureFiles;
import io.rlhf4j.eval.figure.FigureSet;
import io.rlhf4j.eval.figure.FigureText;
import io.rlhf4j.eval.page.FigurePage;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where an evaluation's figures go: to the terminal, and into a folder if one is named. */
final class FigureOutput {
  @Option(
      names = "--out",
      description = "Folder for figures.json, figures.csv, differences.csv and report.html.")
  private @Nullable Path folder;

  void write(PrintWriter out, List<FigureSet> sets) {
    for (FigureSet set : sets) {
      out.println(FigureText.of(set));
    }
    Path target = folder;
    if (target == null) {
      return;
    }
    for (FigureSet set : sets) {
      FigureFiles.write(sets.size() == 1 ? target : target.resolve(slug(set.title())), set);
    }
    Path page = target.resolve("report.html");
    FigurePage.write(page, sets);
    out.println("written: " + page + " and the figures beside it");
  }

  /** A title as a folder's name. */
  private static String slug(String title) {
    String last = title.substring(title.lastIndexOf('/') + 1);
    return last.toLowerCase(Locale.ROOT).replaceAll("[^a-z0-9]+", "-").replaceAll("^-|-$", "");
  }
}
