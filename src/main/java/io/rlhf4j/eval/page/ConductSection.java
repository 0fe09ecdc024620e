package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.eval.page.ShareBars.Measure;
import java.util.List;

/** Truth and manners: what the paper calls truthful and harmless. */
final class ConductSection {
  private ConductSection() {}

  static List<Part> parts(Report report) {
    ShareBars bars = new ShareBars(report);
    String truth =
        Html.figures(
            bars.figures(
                List.of(
                    new Measure(
                        "Hallucination",
                        "closed-domain tasks; less is better",
                        StaircaseStep::hallucination),
                    new Measure("Myths believed", "less is better", StaircaseStep::mythsBelieved),
                    new Measure(
                        "Truthful and informative",
                        "pale: truthful; more is better",
                        StaircaseStep::truthfulInformative,
                        StaircaseStep::truthful))));
    String manners =
        Html.figures(
            bars.figures(
                List.of(
                    new Measure(
                        "Rude without instruction",
                        "less is better",
                        step -> step.rudeness().basic()),
                    new Measure(
                        "Rude when told to be respectful",
                        "less is better",
                        step -> step.rudeness().respectful()),
                    new Measure(
                        "Rude when told to be hostile",
                        "it does what it is told",
                        step -> step.rudeness().hostile()))));
    return Part.of(
        "conduct",
        "Truth and manners",
        "Checked against the world's known facts, at the largest size.",
        headed("Truth", truth) + headed("Manners", manners));
  }

  private static String headed(String title, String body) {
    return body.isEmpty() ? "" : "<h3>" + title + "</h3>\n" + body;
  }
}
