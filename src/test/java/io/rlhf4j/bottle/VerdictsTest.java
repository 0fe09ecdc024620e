package io.rlhf4j.bottle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.rlhf4j.data.Split;
import io.rlhf4j.eval.Rate;
import io.rlhf4j.sim.GoldScore;
import io.rlhf4j.sim.GoldScorer;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import java.util.List;
import org.junit.jupiter.api.Test;

class VerdictsTest {
  private final World world = World.create(3);
  private final GoldScorer gold = new GoldScorer(world);
  private final List<SimPrompt> prompts = new Prompts(world).api(60, Split.TEST, 5);

  private List<GoldScore> scores(List<String> texts) {
    return java.util.stream.IntStream.range(0, texts.size())
        .mapToObj(i -> gold.score(prompts.get(i).task(), texts.get(i)))
        .toList();
  }

  @Test
  void demonstrationsBeatIgnoranceAndTheTwoWinRatesAddUpToOne() {
    LabelerPool pool = LabelerPool.create(world, 3, 10, 4);
    List<GoldScore> good =
        scores(prompts.stream().map(p -> pool.assigned(p).demonstrate(p).completion()).toList());
    List<GoldScore> ignorant = scores(prompts.stream().map(p -> "I do not know.").toList());
    Rate forward = Verdicts.goldWinRate(good, ignorant);
    Rate backward = Verdicts.goldWinRate(ignorant, good);
    assertThat(forward.low()).isGreaterThan(0.7);
    assertThat(forward.rate() + backward.rate()).isCloseTo(1, within(1e-12));
  }

  @Test
  void aModelAgainstItselfTiesEverywhere() {
    List<GoldScore> same = scores(prompts.stream().map(p -> "The fox is red.").toList());
    assertThat(Verdicts.goldWinRate(same, same).rate()).isEqualTo(0.5);
    assertThat(Verdicts.gold(same, same).ties()).isEqualTo(60);
  }
}
