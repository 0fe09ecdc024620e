package io.rlhf4j.bottle;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.Split;
import io.rlhf4j.eval.Rate;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Sample;
import io.rlhf4j.sim.GoldScore;
import io.rlhf4j.sim.GoldScorer;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.stats.DistinctN;
import io.rlhf4j.stats.SelfBleu;
import io.rlhf4j.stats.WinRate;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.train.Seeds;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * The paper's evaluation with exact truth: every contender answers the same held-out prompts, and
 * each answer is compared with that of the supervised model of the same size.
 */
final class Examination {
  /** The model everything is compared with. */
  static final String BASELINE = "SFT";

  private static final int BLEU_ORDER = 4;

  private final BottleConfig config;
  private final GoldScorer gold;
  private final LabelerPool pool;
  private final List<SimPrompt> prompts;
  private final long seed;
  private final SpecialSets sets;
  private final Map<Contender, Contender.Answers> answers = new ConcurrentHashMap<>();

  Examination(BottleConfig config, Bottle bottle) {
    this.config = config;
    this.gold = new GoldScorer(bottle.world());
    this.pool = bottle.pool();
    this.seed = Seeds.mix(config.seed(), "evaluation");
    this.prompts = new Prompts(bottle.world()).api(config.evaluation().prompts(), Split.TEST, seed);
    this.sets = new SpecialSets(bottle.world(), config, seed);
  }

  List<SimPrompt> prompts() {
    return prompts;
  }

  /**
   * Lets a contender answer the held-out prompts, each with randomness of its own: with the same
   * randomness a model and one that was trained from it often write the same text, and a tie with
   * itself says nothing.
   */
  Contender.Answers answersOf(Contender contender) {
    Contender.Answers known = answers.get(contender);
    if (known == null) { // not computeIfAbsent: another contender's answers would wait for these
      long own = Seeds.mix(seed, contender.model() + " " + contender.size());
      known = contender.answer(prompts, gold, config.evaluation().maxNewTokens(), own);
      answers.put(contender, known);
    }
    return known;
  }

  /** One step of the staircase. */
  StaircaseStep step(Contender contender, Contender baseline, @Nullable RewardModel reward) {
    Contender.Answers own = answersOf(contender);
    Contender.Answers other = answersOf(baseline);
    boolean isBaseline = contender.equals(baseline);
    WinRate verdicts = Verdicts.gold(own.scores(), other.scores());
    List<GoldScore> constrained =
        own.scores().stream().filter(s -> s.constraintsTotal() > 0).toList();
    SpecialSets.Findings special = sets.examine(contender, gold);
    return new StaircaseStep(
        contender.model(),
        contender.size(),
        contender.policy().parameters(),
        isBaseline ? new Rate(0.5, 0.5, 0.5) : Rate.of(verdicts.interval()),
        isBaseline ? null : StaircaseStep.Pairs.of(verdicts),
        isBaseline ? null : labelers(pool.training(), own.completions(), other.completions()),
        isBaseline ? null : labelers(pool.heldOut(), own.completions(), other.completions()),
        Verdicts.likert(own.scores()),
        Verdicts.share(own.scores(), GoldScore::attempted),
        Verdicts.share(constrained, GoldScore::allConstraintsKept),
        special.hallucination(),
        special.mythsBelieved(),
        special.truthful(),
        special.truthfulInformative(),
        special.rudeness(),
        special.tax(),
        special.webLoss(),
        own.meanLength(),
        reward == null ? null : meanReward(reward, contender, own.completions()),
        Rate.of(
            io.rlhf4j.stats.Interval.wilson(
                own.finishedShare() * own.completions().size(), own.completions().size())));
  }

  private Rate labelers(
      List<io.rlhf4j.sim.SimLabeler> labelers, List<Completion> own, List<Completion> other) {
    return Verdicts.labelersWinRate(labelers, prompts, own, other);
  }

  /** One contender directly against another. */
  Report.Contest contest(Contender contender, Contender opponent) {
    long own = contender.policy().parameters();
    long theirs = opponent.policy().parameters();
    return new Report.Contest(
        contender.model(),
        contender.size(),
        own,
        opponent.model(),
        opponent.size(),
        theirs,
        Verdicts.goldWinRate(answersOf(contender).scores(), answersOf(opponent).scores()),
        theirs / (double) own);
  }

  /** Mean score of a reward model over answers. */
  double meanReward(RewardModel reward, Contender contender, List<Completion> completions) {
    PromptFormat format = PromptFormat.of(PromptStyle.PLAIN, contender.policy().tokenizer());
    List<Sample> samples = new ArrayList<>();
    for (Completion c : completions) {
      samples.add(new Sample(format.promptIds(c.prompt()), format.completionIds(c.text())));
    }
    return Arrays.stream(reward.score(samples, 128)).average().orElse(Double.NaN);
  }

  /** How varied the answers to one prompt are (mode collapse). */
  Report.Diversity diversity(Contender contender) {
    int perPrompt = config.evaluation().diversitySamples();
    List<SimPrompt> asked = prompts.subList(0, Math.min(20, prompts.size()));
    double distinct1 = 0;
    double distinct2 = 0;
    double distinct3 = 0;
    double selfBleu = 0;
    double unique = 0;
    List<SimPrompt> repeated = new ArrayList<>();
    asked.forEach(prompt -> repeated.addAll(java.util.Collections.nCopies(perPrompt, prompt)));
    List<String> all =
        contender
            .answer(
                repeated, gold, config.evaluation().maxNewTokens(), Seeds.mix(seed, "diversity"))
            .completions()
            .stream()
            .map(Completion::text)
            .toList();
    for (int i = 0; i < asked.size(); i++) {
      List<String> texts = all.subList(i * perPrompt, (i + 1) * perPrompt);
      distinct1 += DistinctN.of(texts, 1).rate() / asked.size();
      distinct2 += DistinctN.of(texts, 2).rate() / asked.size();
      distinct3 += DistinctN.of(texts, 3).rate() / asked.size();
      selfBleu += SelfBleu.of(texts, BLEU_ORDER).mean() / asked.size();
      unique += texts.stream().distinct().count() / (double) perPrompt / asked.size();
    }
    return new Report.Diversity(
        contender.model(),
        contender.size(),
        answersOf(contender).entropy(),
        distinct1,
        distinct2,
        distinct3,
        selfBleu,
        unique);
  }

  /** The same prompts answered by every contender, side by side. */
  List<Report.Sample> samples(List<Contender> contenders, int count) {
    List<Report.Sample> samples = new ArrayList<>();
    java.util.Set<io.rlhf4j.data.UseCase> shown = new java.util.HashSet<>();
    for (int i = 0; i < prompts.size() && samples.size() < count; i++) {
      io.rlhf4j.data.UseCase useCase = prompts.get(i).prompt().useCase();
      boolean explain = prompts.get(i).prompt().text().contains("to a child");
      if (!explain && useCase != null && !shown.add(useCase)) {
        continue;
      }
      List<Report.Answer> rows = new ArrayList<>();
      for (Contender contender : contenders) {
        Contender.Answers own = answersOf(contender);
        GoldScore score = own.scores().get(i);
        rows.add(
            new Report.Answer(
                contender.model(),
                contender.size(),
                own.completions().get(i).text(),
                (double) score.likert(),
                flags(score, own.completions().get(i))));
      }
      samples.add(
          new Report.Sample(
              prompts.get(i).prompt().text().strip(),
              useCase == null
                  ? null
                  : useCase.name().toLowerCase(java.util.Locale.ROOT).replace('_', ' '),
              explain,
              explain ? "The base model goes on with more requests; a tuned one answers." : null,
              rows));
    }
    return samples;
  }

  private static List<String> flags(GoldScore score, Completion completion) {
    List<String> flags = new ArrayList<>();
    if (!completion.finished()) {
      flags.add("cut at the limit");
    }
    if (!score.attempted()) {
      flags.add("not attempted");
    }
    if (score.hallucinated()) {
      flags.add("hallucination");
    }
    if (score.mythBelieved()) {
      flags.add("myth");
    } else if (score.falseStatements() > 0) {
      flags.add("false");
    }
    if (score.rude()) {
      flags.add("rude");
    }
    if (!score.allConstraintsKept()) {
      flags.add("constraint broken");
    }
    return flags;
  }
}
