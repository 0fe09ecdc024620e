package io.rlhf4j.eval.page;

import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.Answer;
import io.rlhf4j.eval.Report.Sample;
import io.rlhf4j.eval.Wording;
import io.rlhf4j.eval.chart.DotShape;
import io.rlhf4j.eval.chart.Markup;
import java.util.ArrayList;
import java.util.List;

/** The same prompts answered by every model, side by side. */
final class SamplesSection {
  /** So many lie open; the rest waits to be asked for. */
  private static final int OPEN = 4;

  /** The two ends of the story, which a featured prompt sets large beside each other. */
  private static final List<String> PAIR = List.of("GPT", "PPO-ptx");

  private SamplesSection() {}

  static List<Part> parts(Report report) {
    List<Sample> ordered = new ArrayList<>();
    report.samples().stream().filter(Sample::featured).forEach(ordered::add);
    int open = ordered.size() + OPEN;
    report.samples().stream().filter(sample -> !sample.featured()).forEach(ordered::add);
    StringBuilder body = new StringBuilder();
    StringBuilder more = new StringBuilder();
    for (int i = 0; i < ordered.size(); i++) {
      (i < open ? body : more).append(sample(ordered.get(i)));
    }
    if (!more.isEmpty()) {
      int rest = ordered.size() - open;
      String summary = rest == 1 ? "One more prompt" : rest + " more prompts";
      body.append(Html.details(summary, more.toString()));
    }
    return Part.of(
        "samples",
        "Side by side",
        "The same prompts, answered by every model as it stands; the number is the gold scorer's"
            + " rating from 1 to 7.",
        body.toString());
  }

  private static String sample(Sample sample) {
    StringBuilder out = new StringBuilder("<article class=\"sample\">\n<blockquote dir=\"auto\">");
    out.append(Markup.escape(sample.prompt())).append("</blockquote>\n");
    out.append(caption(sample));
    List<Answer> pair = new ArrayList<>();
    if (sample.featured()) {
      sample.answers().stream().filter(a -> PAIR.contains(a.model())).forEach(pair::add);
    }
    List<Answer> rest = sample.answers().stream().filter(a -> !pair.contains(a)).toList();
    out.append(answers("answers pair", pair, sample)).append(answers("answers", rest, sample));
    return out.append("</article>\n").toString();
  }

  /** Use case, size where it is the same for all, and what to look at. */
  private static String caption(Sample sample) {
    StringBuilder out = new StringBuilder();
    String useCase = sample.useCase();
    if (useCase != null) {
      out.append("<span class=\"chip\">").append(Markup.escape(useCase)).append("</span>");
    }
    if (oneSize(sample) && !sample.answers().isEmpty()) {
      String size = Markup.escape(sample.answers().get(0).size());
      out.append("<span class=\"chip\">").append(size).append(" models</span>");
    }
    String caption = sample.caption();
    if (caption != null) {
      out.append(Markup.escape(caption));
    }
    return out.isEmpty() ? "" : "<p class=\"caption\">" + out + "</p>\n";
  }

  private static boolean oneSize(Sample sample) {
    return sample.answers().stream().map(Answer::size).distinct().count() == 1;
  }

  private static String answers(String css, List<Answer> answers, Sample sample) {
    if (answers.isEmpty()) {
      return "";
    }
    StringBuilder out = new StringBuilder("<div class=\"" + css + "\">\n");
    answers.forEach(answer -> out.append(answer(answer, oneSize(sample))));
    return out.append("</div>\n").toString();
  }

  private static String answer(Answer answer, boolean oneSize) {
    StringBuilder out = new StringBuilder("<div class=\"answer ");
    out.append(ModelTone.of(answer.model()).css()).append("\"><h3>");
    out.append(Html.dot(ModelTone.of(answer.model()), DotShape.DISC));
    out.append(Markup.escape(answer.model()));
    if (!oneSize) {
      out.append(" <small>").append(Markup.escape(answer.size())).append("</small>");
    }
    Double likert = answer.goldLikert();
    if (likert != null) {
      out.append("<span class=\"rating\"><span class=\"hidden\">gold rating </span>");
      out.append(Wording.fixed(likert, likert == Math.rint(likert) ? 0 : 1)).append("</span>");
    }
    out.append("</h3>\n<p class=\"text\" dir=\"auto\">");
    out.append(answer.text().isEmpty() ? "<em>nothing</em>" : Markup.escape(answer.text()));
    out.append("</p>\n");
    for (String flag : answer.flags()) {
      out.append("<span class=\"flag\">").append(Markup.escape(flag)).append("</span>");
    }
    return out.append("</div>\n").toString();
  }
}
