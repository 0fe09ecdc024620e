package io.rlhf4j.bottle;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.sim.Criteria;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.train.Seeds;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;

/** What the simulated labelers are asked for, and how the outputs they rank are sampled. */
final class Labels {
  private Labels() {}

  /** One demonstration per prompt, by the labeler whose turn it is. */
  static List<Demonstration> demonstrations(LabelerPool pool, List<SimPrompt> prompts) {
    return prompts.stream().map(p -> pool.assigned(p).demonstrate(p)).toList();
  }

  /**
   * K sampled outputs per prompt, the policies taking turns. Equal texts are shown once; a prompt
   * with fewer than two different outputs is left out.
   */
  static List<List<Completion>> outputs(
      List<Policy> policies, List<SimPrompt> prompts, int k, int maxNewTokens, long seed) {
    List<List<Completion>> outputs = new ArrayList<>();
    prompts.forEach(p -> outputs.add(new ArrayList<>()));
    for (int policy = 0; policy < policies.size(); policy++) {
      List<Integer> owners = new ArrayList<>();
      List<String> texts = new ArrayList<>();
      for (int i = 0; i < prompts.size(); i++) {
        for (int j = 0; j < k; j++) {
          if ((i + j) % policies.size() == policy) {
            owners.add(i);
            texts.add(prompts.get(i).prompt().text());
          }
        }
      }
      Policy writer = policies.get(policy);
      List<Policy.Answer> answers =
          writer.answers(texts, maxNewTokens, Seeds.mix(seed, writer.size()));
      for (int a = 0; a < answers.size(); a++) {
        SimPrompt prompt = prompts.get(owners.get(a));
        Policy.Answer answer = answers.get(a);
        outputs
            .get(owners.get(a))
            .add(
                new Completion(
                    prompt.prompt(),
                    answer.text(),
                    writer.model() + " " + writer.size(),
                    answer.finished()));
      }
    }
    return outputs.stream().map(Labels::different).toList();
  }

  /**
   * Adds to each prompt's outputs one that was written for another prompt. Samples of one model are
   * all about the matter; a reward model that has seen nothing else takes the same polite refusal
   * for the best answer to everything, and PPO finds that out.
   */
  static List<List<Completion>> withOffTopic(
      List<SimPrompt> prompts, List<List<Completion>> outputs, long seed) {
    Random random = new Random(seed);
    List<List<Completion>> mixed = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      List<Completion> from = outputs.get(random.nextInt(prompts.size()));
      Completion taken = from.get(random.nextInt(from.size()));
      List<Completion> shown = new ArrayList<>(outputs.get(i));
      shown.add(
          new Completion(prompts.get(i).prompt(), taken.text(), "off-topic", taken.finished()));
      mixed.add(different(shown));
    }
    return mixed;
  }

  private static List<Completion> different(List<Completion> completions) {
    Set<String> seen = new LinkedHashSet<>();
    return completions.stream().filter(c -> seen.add(c.text())).toList();
  }

  /** Rankings of the outputs, each by one of the labelers. */
  static List<Ranking> rankings(
      List<SimLabeler> labelers, List<SimPrompt> prompts, List<List<Completion>> outputs) {
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      if (outputs.get(i).size() >= 2) {
        rankings.add(
            labelers
                .get(i % labelers.size())
                .rank(prompts.get(i), outputs.get(i), Criteria.TRAINING));
      }
    }
    return rankings;
  }
}
