package io.rlhf4j.sim;

import io.rlhf4j.data.Split;
import java.util.List;
import java.util.Locale;

/** Samples of a world for people to read: documents, prompts, answers with their scores. */
public final class SampleSheet {
  private SampleSheet() {}

  public static String text(World world) {
    StringBuilder out = new StringBuilder();
    Web web = new Web(world);
    GoldScorer scorer = new GoldScorer(world);
    LabelerPool pool = LabelerPool.create(world, scorer, 1, 30, 10);
    out.append("The web of world ").append(world.seed()).append("\n\n");
    for (Web.Genre genre : Web.Genre.values()) {
      out.append("[").append(genre).append("]\n");
      out.append(web.document(genre, 5)).append("\n\n");
    }
    out.append("Myths that the web believes, and the truth\n\n");
    Dice dice = new Dice(2);
    for (Fact myth : world.myths().subList(0, 8)) {
      Fact truth = world.truth(myth.thing(), myth.relation());
      out.append(Grammar.statement(myth, Register.GOSSIP, dice)).append("   ");
      out.append(Grammar.statement(truth, Register.CAREFUL, dice)).append('\n');
    }
    out.append("\nPrompts, and what labelers write\n\n");
    List<SimPrompt> prompts = new Prompts(world).labelerWritten(16, Split.TRAIN, 5);
    for (SimPrompt prompt : prompts) {
      out.append("[")
          .append(prompt.prompt().useCase())
          .append(", ")
          .append(prompt.prompt().kind())
          .append("]\n")
          .append(prompt.prompt().text());
      for (SimLabeler labeler : pool.training().subList(0, 4)) {
        String answer = labeler.demonstrate(prompt).completion();
        GoldScore score = scorer.score(prompt.task(), answer);
        out.append(
            String.format(Locale.ROOT, "  %s (%d)  %s%n", labeler.id(), score.likert(), answer));
      }
      out.append('\n');
    }
    return out.toString();
  }
}
