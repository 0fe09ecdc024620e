package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardCheckTest {
  private static final List<Ranking> RANKINGS =
      List.of(
          ranking("one two", List.of("three", "four five six", "seven"), 2, 1, 1),
          ranking("eight", List.of("nine ten", "one"), 1, 2),
          ranking("six five", List.of("four", "two three", "one", "ten ten"), 4, 2, 3, 1));

  @TempDir Path folder;

  private static Ranking ranking(String prompt, List<String> completions, Integer... ranks) {
    return Ranking.of(Prompt.plain(prompt, prompt), completions, List.of(ranks), "someone");
  }

  @Test
  void everyComparisonIsPredictedAsIfItsTwoSidesWereScoredAlone() {
    BpeTrainer trainer = new BpeTrainer(300, 2);
    trainer.add("one two three four five six seven eight nine ten");
    trainer.train().saveTo(folder, 32);
    ModelConfig shape = ModelConfig.gpt2(300, 16, 2, 2, 32).withInitializerRange(0.3);
    try (Tokenizer tokenizer = Tokenizer.load(folder);
        Transformer model = Transformer.empty(shape, Heads.SCALAR, Precision.FLOAT32, false)) {
      Initialization.gpt2(model, 1);
      Initialization.scalarHead(model, 2);
      RewardModel reward = new RewardModel(model, -1, 0);
      PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, tokenizer);
      List<Comparison> comparisons =
          RANKINGS.stream().flatMap(r -> r.comparisons().stream()).toList();
      RewardCheck.Predictions found = RewardCheck.predict(reward, format, RANKINGS);
      // 3 pairs of which one is a tie, 1 pair, 6 pairs.
      assertThat(found.probabilities()).hasSize(2 + 1 + 6).hasSameSizeAs(comparisons);
      double right = 0;
      double longer = 0;
      for (int i = 0; i < comparisons.size(); i++) {
        Comparison c = comparisons.get(i);
        int[] prompt = format.promptIds(c.prompt());
        Sample chosen = new Sample(prompt, format.completionIds(c.chosen()));
        Sample rejected = new Sample(prompt, format.completionIds(c.rejected()));
        double margin = score(reward, chosen) - score(reward, rejected);
        assertThat(found.probabilities()[i]).isCloseTo(1 / (1 + Math.exp(-margin)), within(1e-5));
        right += margin > 0 ? 1 : 0;
        longer +=
            (1 + Integer.signum(chosen.completion().length - rejected.completion().length)) / 2.0;
      }
      assertThat(found.accuracy().rate()).isCloseTo(right / 9, within(1e-9));
      assertThat(found.rightByLength()).isEqualTo(longer);
    }
  }

  private static double score(RewardModel reward, Sample sample) {
    return reward.score(List.of(sample), 1)[0];
  }
}
