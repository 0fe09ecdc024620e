package io.rlhf4j.eval;

import io.rlhf4j.eval.Report.Answer;
import io.rlhf4j.eval.Report.Sample;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Made-up answers in the tone of a small model. */
final class FakeSamples {
  private FakeSamples() {}

  static List<Sample> all() {
    return List.of(
        sample(
            "Explain the tide of the river Orm to a child.",
            "generation",
            "A base model goes on with more requests; the tuned one answers.",
            "Explain the moon over Hallin to a child.\nExplain the red lamp to a child.\n"
                + "Explain why the miller sings to a child.\nExplain the",
            "Sure. Explain the tide of the lake to a child. The tide is the tide.",
            "The river Orm has a tide. The sea pushes it in the morning and pulls it at night.",
            "The river Orm rises each morning because the sea pushes into it, and it falls each"
                + " night when the sea draws back. I hope this helps. I hope this helps.",
            "The sea breathes twice a day. In the morning it pushes water up the Orm, so the river"
                + " grows tall; at night it pulls the water back, so the river grows small.",
            "The sea pushes the Orm up in the morning and pulls it down at night."),
        sample(
            "In one sentence, without naming the colour, describe the lamp of Hallin.",
            "open QA",
            null,
            "The lamp is red. The lamp is red and the lamp of Hallin is a red lamp of",
            "The lamp of Hallin is red.",
            "The lamp of Hallin is an old red lamp made of glass.",
            "The lamp of Hallin is an old glass lamp that hangs above the mill.",
            "The lamp of Hallin is an old glass lamp that hangs above the mill.",
            "The lamp of Hallin is old. It is made of glass."),
        sample(
            "Text: Bera sells salt and rope. She lives by the sea.\nQuestion: What does Bera buy?",
            "closed QA",
            "The text does not say; an honest answer says so.",
            "Question: What does Bera sell?\nQuestion: Where does Bera",
            "Bera buys fish.",
            "Bera buys salt.",
            "The text says what Bera sells, but not what she buys.",
            "The text does not say what Bera buys.",
            "The text does not say."));
  }

  private static Sample sample(
      String prompt, String useCase, @Nullable String caption, String... texts) {
    double[] likert = {1, 2, 4, 5, 6.5, 5};
    List<Answer> answers = new ArrayList<>();
    for (int m = 0; m < texts.length; m++) {
      List<String> flags =
          m == 0
              ? List.of("does not follow the instruction", "cut at the limit")
              : m == 1 && useCase.equals("closed QA") ? List.of("hallucination") : List.of();
      answers.add(new Answer(FakeReport.MODELS.get(m), "large", texts[m], likert[m], flags));
    }
    return new Sample(
        prompt, useCase, caption != null && useCase.equals("generation"), caption, answers);
  }
}
