package io.rlhf4j.label.answer;

import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.Completion;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.data.Split;
import io.rlhf4j.data.Toxicity;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.Submission;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * A submission together with what it answers, and as the records that training reads. A method
 * whose record the answer does not yield returns an empty list.
 *
 * @param labeler the person's pseudonym
 */
public record Label(
    Submission submission, Campaign campaign, Item item, Answer answer, String labeler) {

  /** A written completion; of a few-shot prompt, each example's response. */
  public List<Demonstration> demonstrations() {
    if (answer instanceof Answer.Written written) {
      return List.of(new Demonstration(prompt(), written.text(), labeler));
    }
    List<Demonstration> demonstrations = new ArrayList<>();
    if (answer instanceof Answer.NewPrompt written) {
      List<Prompt> prompts = prompts();
      for (int i = 0; i < written.examples().size(); i++) {
        demonstrations.add(
            new Demonstration(prompts.get(i), written.examples().get(i).response(), labeler));
      }
    }
    return demonstrations;
  }

  /**
   * A written prompt; a few-shot one of K examples gives K prompts, each with the other K-1 in
   * context (paper, appendix A.1).
   */
  public List<Prompt> prompts() {
    if (!(answer instanceof Answer.NewPrompt written)) {
      return List.of();
    }
    if (written.examples().isEmpty()) {
      return List.of(prompt(written, submission.id(), written.text()));
    }
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 0; i < written.examples().size(); i++) {
      StringBuilder text = new StringBuilder(written.text());
      for (int j = 0; j < written.examples().size(); j++) {
        if (j != i) {
          Answer.Example other = written.examples().get(j);
          text.append("\n\nInput: ").append(other.query());
          text.append("\nOutput: ").append(other.response());
        }
      }
      text.append("\n\nInput: ").append(written.examples().get(i).query()).append("\nOutput:");
      prompts.add(prompt(written, submission.id() + "-" + (i + 1), text.toString()));
    }
    return prompts;
  }

  private Prompt prompt(Answer.NewPrompt written, String id, String text) {
    return new Prompt(
        id, List.of(Message.user(text)), labeler, written.useCase(), written.kind(), Split.TRAIN);
  }

  /** A whole ranking, or a comparison as a ranking of two. */
  public List<Ranking> rankings() {
    if (answer instanceof Answer.Ranked ranked) {
      List<Answer.RankedOutput> outputs = ranked.outputs();
      return List.of(
          new Ranking(
              prompt(),
              outputs.stream().map(o -> output(o.id()).text()).toList(),
              outputs.stream().map(Answer.RankedOutput::rank).toList(),
              outputs.stream().map(o -> output(o.id()).policy()).toList(),
              likert(outputs),
              metadata(outputs),
              labeler));
    }
    if (answer instanceof Answer.Compared compared) {
      List<String> shown = compared.shown();
      String preferred = compared.preferred();
      return List.of(
          new Ranking(
              prompt(),
              shown.stream().map(id -> output(id).text()).toList(),
              shown.stream().map(id -> preferred == null || id.equals(preferred) ? 1 : 2).toList(),
              shown.stream().map(id -> output(id).policy()).toList(),
              List.<Integer>of(),
              List.<Metadata>of(),
              labeler));
    }
    return List.of();
  }

  /** All pairs of {@link #rankings} that are no ties. */
  public List<Comparison> comparisons() {
    return rankings().stream().flatMap(ranking -> ranking.comparisons().stream()).toList();
  }

  /** The rating pages of a ranking. */
  public List<Rating> ratings() {
    return answer instanceof Answer.Ranked ranked
        ? ranked.outputs().stream()
            .flatMap(
                o -> {
                  Integer likert = o.likert();
                  return likert == null
                      ? Stream.empty()
                      : Stream.of(new Rating(completion(o.id()), labeler, likert, o.metadata()));
                })
            .toList()
        : List.of();
  }

  /** One per output, or none where nobody answered any question. */
  private static List<Metadata> metadata(List<Answer.RankedOutput> outputs) {
    List<Metadata> answers = outputs.stream().map(Answer.RankedOutput::metadata).toList();
    return answers.stream().allMatch(Metadata.NONE::equals) ? List.of() : answers;
  }

  /** One per output, or none: judgements made elsewhere may lack ratings. */
  private static List<Integer> likert(List<Answer.RankedOutput> outputs) {
    List<Integer> ratings = new ArrayList<>();
    for (Answer.RankedOutput output : outputs) {
      Integer likert = output.likert();
      if (likert == null) {
        return List.of();
      }
      ratings.add(likert);
    }
    return ratings;
  }

  public List<Toxicity> toxicities() {
    return answer instanceof Answer.Judged judged
        ? judged.outputs().stream()
            .map(
                o ->
                    new Toxicity(
                        completion(o.id()),
                        labeler,
                        o.absolute(),
                        o.relative(),
                        o.continuity(),
                        o.likert()))
            .toList()
        : List.of();
  }

  private Completion completion(String id) {
    Item.Output output = output(id);
    return new Completion(prompt(), output.text(), output.policy(), output.finished());
  }

  private Item.Output output(String id) {
    return item.outputs().stream()
        .filter(output -> output.id().equals(id))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("label of a foreign output " + id));
  }

  private Prompt prompt() {
    Prompt prompt = item.prompt();
    if (prompt == null) {
      throw new IllegalStateException("item " + item.id() + " has no prompt");
    }
    return prompt;
  }
}
