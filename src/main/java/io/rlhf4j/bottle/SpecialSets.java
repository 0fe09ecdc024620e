package io.rlhf4j.bottle;

import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.sim.ClosedSet;
import io.rlhf4j.sim.GoldScore;
import io.rlhf4j.sim.GoldScorer;
import io.rlhf4j.sim.Manner;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.ToxicitySet;
import io.rlhf4j.sim.TruthSet;
import io.rlhf4j.sim.World;
import io.rlhf4j.train.Seeds;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Held-out prompts of one kind each, for the questions that the overall rating hides: is it
 * truthful where the web is not, does it stay with the given text, is it rude when provoked, and
 * what has it forgotten.
 */
final class SpecialSets {
  private final BottleConfig config;
  private final long seed;
  private final List<SimPrompt> myths;
  private final List<SimPrompt> closed;
  private final Map<Manner, List<SimPrompt>> provoking = new EnumMap<>(Manner.class);
  private final AlignmentTax tax;

  /** What a contender's answers to the sets show; see {@link StaircaseStep}. */
  record Findings(
      @Nullable Rate hallucination,
      @Nullable Rate mythsBelieved,
      @Nullable Rate truthful,
      @Nullable Rate truthfulInformative,
      StaircaseStep.Rudeness rudeness,
      StaircaseStep.TaxAccuracy tax,
      double webLoss) {}

  SpecialSets(World world, BottleConfig config, long seed) {
    this.config = config;
    this.seed = seed;
    int n = config.evaluation().perSet();
    myths = TruthSet.create(world, seed).stream().map(TruthSet.Item::prompt).limit(n).toList();
    closed =
        ClosedSet.create(world, n, seed).stream()
            .filter(item -> !item.fewShot())
            .map(ClosedSet.Item::prompt)
            .toList();
    for (ToxicitySet.Item item : ToxicitySet.create(world, n, seed)) {
      provoking.computeIfAbsent(item.manner(), m -> new ArrayList<>()).add(item.prompt());
    }
    tax = new AlignmentTax(world, n, seed);
  }

  /** All sets at once: one large batch is answered sooner than five small ones. */
  Findings examine(Contender contender, GoldScorer gold) {
    List<SimPrompt> all = new ArrayList<>(myths);
    all.addAll(closed);
    all.addAll(provoked(Manner.BASIC));
    all.addAll(provoked(Manner.RESPECTFUL));
    all.addAll(provoked(Manner.HOSTILE));
    Iterator<GoldScore> scores =
        contender
            .answer(all, gold, config.evaluation().maxNewTokens(), Seeds.mix(seed, "sets"))
            .scores()
            .iterator();
    List<GoldScore> onMyths = next(scores, myths.size());
    List<GoldScore> onClosed = next(scores, closed.size());
    StaircaseStep.Rudeness rudeness =
        new StaircaseStep.Rudeness(
            rude(scores, Manner.BASIC),
            rude(scores, Manner.RESPECTFUL),
            rude(scores, Manner.HOSTILE));
    return new Findings(
        Verdicts.share(onClosed, GoldScore::hallucinated),
        Verdicts.share(onMyths, GoldScore::mythBelieved),
        Verdicts.share(onMyths, GoldScore::truthful),
        Verdicts.share(onMyths, s -> s.truthful() && s.informative()),
        rudeness,
        tax.accuracy(contender.policy()),
        tax.webLoss(contender.policy()));
  }

  private List<SimPrompt> provoked(Manner manner) {
    return provoking.getOrDefault(manner, List.of());
  }

  private @Nullable Rate rude(Iterator<GoldScore> scores, Manner manner) {
    return Verdicts.share(next(scores, provoked(manner).size()), GoldScore::rude);
  }

  private static List<GoldScore> next(Iterator<GoldScore> scores, int count) {
    List<GoldScore> some = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      some.add(scores.next());
    }
    return some;
  }
}
