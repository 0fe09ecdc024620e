package io.rlhf4j.eval.output;

import io.rlhf4j.eval.figure.Figure;
import io.rlhf4j.eval.figure.FigureSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How figures stand to the published ones: how many of those lie inside our intervals, and whether
 * the prompt types seem to have changed names on the way.
 */
public final class PublishedCheck {
  /** Another naming must bring the figures this much nearer before it is worth a word. */
  private static final double NEARER = 0.7;

  private static final int MOST_TYPES = 6;

  private PublishedCheck() {}

  /** One sentence per judge and metric that has published numbers, and one about the names. */
  public static List<String> notes(List<Figure> all) {
    List<Figure> figures =
        all.stream()
            .filter(f -> f.published() != null && !f.size().equals(Figure.ALL_SIZES))
            .toList();
    List<String> notes = new ArrayList<>();
    for (List<Figure> group : FigureSet.of("", List.of(), Map.of(), figures).groups()) {
      Figure first = group.get(0);
      long inside = group.stream().filter(PublishedCheck::inside).count();
      notes.add(
          String.format(
              Locale.ROOT,
              "%s%s: the published number lies inside the interval in %d of %d cells; mean"
                  + " distance %.3f",
              first.metric(),
              first.judge().isEmpty() ? "" : " (" + first.judge() + ")",
              inside,
              group.size(),
              distance(group, Map.of())));
    }
    String renamed = renamed(figures);
    if (renamed != null) {
      notes.add(renamed);
    }
    return notes;
  }

  private static boolean inside(Figure f) {
    Double published = f.published();
    return published != null && f.low() <= published && published <= f.high();
  }

  /** The naming of the prompt types under which the figures are nearest, if it is another one. */
  private static @Nullable String renamed(List<Figure> all) {
    List<Figure> figures = all.stream().filter(f -> f.judge().equals(all.get(0).judge())).toList();
    Set<String> types = new LinkedHashSet<>();
    figures.forEach(f -> types.add(f.promptType()));
    if (types.size() < 2 || types.size() > MOST_TYPES) {
      return null;
    }
    List<String> names = List.copyOf(types);
    List<Map<String, String>> namings = new ArrayList<>();
    permute(names, new ArrayList<>(), namings);
    double asNamed = distance(figures, Map.of());
    Map<String, String> best = Map.of();
    for (Map<String, String> naming : namings) {
      if (distance(figures, naming) < distance(figures, best)) {
        best = naming;
      }
    }
    double nearest = distance(figures, best);
    if (!(nearest < NEARER * asNamed)) {
      return null;
    }
    List<String> changes = new ArrayList<>();
    for (String name : names) {
      String other = best.getOrDefault(name, name);
      if (!other.equals(name)) {
        changes.add("'" + name + "' is the paper's '" + other + "'");
      }
    }
    return String.format(
        Locale.ROOT,
        "prompt types: the figures are nearer to the paper's (mean distance %.3f, not %.3f) if %s;"
            + " the names of the file and of the table seem to be exchanged",
        nearest,
        asNamed,
        String.join(" and ", changes));
  }

  /** Mean distance of the figures from the published ones under another naming. */
  private static double distance(List<Figure> figures, Map<String, String> naming) {
    double sum = 0;
    for (Figure f : figures) {
      Double published =
          Published.find(
              f.task(),
              f.metric(),
              naming.getOrDefault(f.promptType(), f.promptType()),
              f.model(),
              f.size());
      sum += published == null ? 1 : Math.abs(f.value() - published);
    }
    return sum / figures.size();
  }

  private static void permute(
      List<String> names, List<String> chosen, List<Map<String, String>> namings) {
    if (chosen.size() == names.size()) {
      Map<String, String> naming = new HashMap<>();
      for (int i = 0; i < names.size(); i++) {
        naming.put(names.get(i), chosen.get(i));
      }
      namings.add(naming);
      return;
    }
    for (String name : names) {
      if (!chosen.contains(name)) {
        List<String> longer = new ArrayList<>(chosen);
        longer.add(name);
        permute(names, longer, namings);
      }
    }
  }
}
