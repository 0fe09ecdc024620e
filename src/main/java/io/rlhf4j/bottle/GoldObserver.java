package io.rlhf4j.bottle;

import io.rlhf4j.model.Sample;
import io.rlhf4j.sim.GoldScorer;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import io.rlhf4j.train.MetricsRow;
import io.rlhf4j.train.PpoTrainer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Adds the gold rating of the episodes to PPO's log, where reward hacking would show. */
final class GoldObserver implements PpoTrainer.Observer {
  private final Policy reader;
  private final GoldScorer gold;
  private final Map<String, SimPrompt> byText = new HashMap<>();

  /**
   * @param prompts those that PPO is given
   * @param reader a policy with the tokenizer of the one that learns
   */
  GoldObserver(World world, List<SimPrompt> prompts, Policy reader) {
    this.reader = reader;
    this.gold = new GoldScorer(world);
    for (SimPrompt p : prompts) {
      byText.put(reader.tokenizer().decode(reader.tokenizer().encode(p.prompt().text())), p);
    }
  }

  @Override
  public void rollout(List<Sample> samples, boolean[] finished, MetricsRow row) {
    double likert = 0;
    for (Sample sample : samples) {
      SimPrompt prompt = byText.get(reader.tokenizer().decode(sample.prompt()));
      if (prompt == null) {
        throw new IllegalStateException("an episode's prompt is none of those given to PPO");
      }
      String text = reader.completionText(sample.completion());
      likert += gold.score(prompt.task(), text).likert();
    }
    row.put("gold/likert", likert / samples.size());
  }
}
