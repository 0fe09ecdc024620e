package io.rlhf4j.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.eval.RewardCheck;
import io.rlhf4j.eval.RewardCheck.Predictions;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.FirstInstructions;
import io.rlhf4j.label.web.Stores;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.sim.Criteria;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import io.rlhf4j.stage.RewardStage;
import io.rlhf4j.stage.ScalarFolder;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.WhenRunExists;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Simulated people do a campaign through the app's HTTP interface, and a reward model is trained on
 * it. The same people, asked without any app, write a file; what is trained on the file must be the
 * same model. So a label that the app lost, doubled, turned round or gave to other outputs would
 * show.
 */
class CampaignRewardTest {
  private static final int PROMPTS = 50;
  private static final int HELD_OUT = 60;
  private static final int LABELERS = 2;
  private static final int POSITIONS = 192;

  /** As {@code label simulate} draws its world, its labelers and its prompts. */
  private static final long SEED = 3;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final World world = World.create(SEED);
  private final LabelerPool pool = LabelerPool.create(world, SEED, LABELERS, 1);

  @SuppressWarnings("NullAway.Init") // before each test
  private String database;

  @BeforeEach
  void peopleDoACampaign() {
    database = folder.resolve("label.db").toString();
    try (Database opened = Database.open(database)) {
      Stores stores = Stores.over(opened);
      FirstInstructions.addTo(stores.instructions());
      Campaign campaign =
          stores
              .campaigns()
              .add(
                  "sim",
                  TaskKind.RANKING,
                  Campaign.Audience.EVERYBODY,
                  requireNonNull(stores.instructions().latest(FirstInstructions.TRAINING)).id(),
                  LABELERS,
                  30,
                  "",
                  null);
      List<SimPrompt> prompts = new Prompts(world).api(PROMPTS, Split.TRAIN, SEED);
      List<NewItem> items = new ArrayList<>();
      for (int i = 0; i < PROMPTS; i++) {
        List<NewOutput> outputs = new ArrayList<>();
        for (Completion output : outputs(prompts, i)) {
          outputs.add(NewOutput.of(output.text(), output.policy()));
        }
        items.add(NewItem.of(prompts.get(i).prompt(), outputs));
      }
      stores.items().add(campaign.id(), "miniature world", items);
    }
    int code =
        Main.run(
            Commands.TABLE,
            folder.resolve("crashes"),
            new PrintWriter(System.out, true),
            new PrintWriter(System.err, true),
            "label",
            "simulate",
            "sim",
            "--labelers",
            "" + LABELERS,
            "--database",
            database);
    assertThat(code).isZero();
  }

  @Test
  void aRewardModelTrainedOnACampaignReachesTheAccuracyItReachesFromFiles() {
    Path rankings = folder.resolve("rankings.jsonl");
    List<Ranking> direct = direct();
    assertThat(direct).hasSize(PROMPTS * LABELERS);
    DataFiles.writeRankings(rankings, direct);
    freshModel(direct);
    List<Ranking> heldOut = heldOut();
    Predictions fromCampaign =
        predictions(trained(Path.of("label:sim@" + database), "campaign"), heldOut);
    Predictions fromFile = predictions(trained(rankings, "file"), heldOut);
    // The same rankings in the same order under the same seed: not nearly the same, the same.
    assertThat(fromCampaign.probabilities()).isEqualTo(fromFile.probabilities());
    assertThat(fromCampaign.accuracy()).isEqualTo(fromFile.accuracy());
    // And surely better than a coin, or the equality would say nothing.
    assertThat(fromCampaign.accuracy().above(0.5)).as("%s", fromCampaign.accuracy()).isTrue();
  }

  /**
   * What the same labelers say to the same outputs, shown in the same order, without the app. Only
   * which labeler was given which item, and when, is taken from the campaign.
   */
  private List<Ranking> direct() {
    Map<String, SimPrompt> known = new HashMap<>();
    new Prompts(world)
        .api(PROMPTS, Split.TRAIN, SEED)
        .forEach(prompt -> known.put(prompt.prompt().text(), prompt));
    Map<String, SimLabeler> people = new HashMap<>();
    pool.training().forEach(labeler -> people.put(labeler.id(), labeler));
    List<Ranking> rankings = new ArrayList<>();
    try (Database opened = Database.open(database)) {
      Stores stores = Stores.over(opened);
      Campaign campaign = LabelCampaigns.require(stores, "sim");
      for (Label label : stores.submissions().labels(campaign)) {
        SimPrompt prompt = requireNonNull(known.get(requireNonNull(label.item().prompt()).text()));
        Map<String, Item.Output> outputs = new HashMap<>();
        label.item().outputs().forEach(output -> outputs.put(output.id(), output));
        List<Completion> shown = new ArrayList<>();
        for (Answer.RankedOutput one : ((Answer.Ranked) label.answer()).outputs()) {
          Item.Output output = requireNonNull(outputs.get(one.id()));
          shown.add(new Completion(prompt.prompt(), output.text(), output.policy(), true));
        }
        String name = requireNonNull(stores.people().find(label.submission().personId())).name();
        rankings.add(requireNonNull(people.get(name)).rank(prompt, shown, Criteria.TRAINING));
      }
    }
    return rankings;
  }

  /**
   * Rankings of other prompts. These judges make no mistakes: what is learned of people who do
   * shows with fewer prompts.
   */
  private List<Ranking> heldOut() {
    List<SimPrompt> prompts = new Prompts(world).api(HELD_OUT, Split.TEST, SEED + 1);
    List<SimLabeler> judges = pool.withNoise(0).training();
    List<Ranking> rankings = new ArrayList<>();
    for (int i = 0; i < HELD_OUT; i++) {
      rankings.add(
          judges.get(i % LABELERS).rank(prompts.get(i), outputs(prompts, i), Criteria.TRAINING));
    }
    return rankings;
  }

  /**
   * A good answer, half of it, one to another prompt, and a rude one: a small model can learn it.
   */
  private List<Completion> outputs(List<SimPrompt> prompts, int i) {
    SimLabeler writer = pool.training().get(i % LABELERS);
    String good = writer.demonstrate(prompts.get(i)).completion();
    String other = writer.demonstrate(prompts.get((i + 7) % prompts.size())).completion();
    Prompt prompt = prompts.get(i).prompt();
    return List.of(
        new Completion(prompt, good, "good", true),
        new Completion(prompt, good.substring(0, good.length() / 2), "half", true),
        new Completion(prompt, other, "other", true),
        new Completion(prompt, "Go away, you fool!", "rude", true));
  }

  private void freshModel(List<Ranking> rankings) {
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 400, 2);
    for (Ranking ranking : rankings) {
      Prompt prompt = ranking.prompt();
      trainer.add(prompt.text());
      ranking.completions().forEach(trainer::add);
    }
    Path vocabulary = folder.resolve("vocabulary");
    trainer.train().saveTo(vocabulary, POSITIONS);
    try (Tokenizer tokenizer = Tokenizer.load(vocabulary)) {
      ModelConfig config =
          ModelConfig.gpt2(tokenizer.vocabularySize(), 32, 2, 2, POSITIONS)
              .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId());
      try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, 1)) {
        ModelFolder.write(folder.resolve("model"), model);
        tokenizer.saveTo(folder.resolve("model"));
      }
    }
  }

  /** As {@code rlhf4j reward} does it, but for the place where a campaign's labels are written. */
  private Path trained(Path rankings, String name) {
    RewardConfig training =
        new RewardConfig(
            2,
            8,
            8,
            POSITIONS,
            RewardConfig.Objective.PAIRWISE,
            RewardConfig.Readout.LAST_TOKEN,
            0,
            OptimizerConfig.paper(3e-3),
            0,
            0.1,
            new CheckpointConfig(0, 1),
            10,
            1);
    RewardStage.Job job =
        new RewardStage.Job(
            folder.resolve("model"),
            rankings,
            null,
            PromptStyle.PLAIN,
            Precision.FLOAT32,
            folder.resolve(name),
            training);
    CampaignFiles files = new CampaignFiles(folder.resolve("campaigns"), "none.db");
    RewardStage.run(files.resolve(job), "", WhenRunExists.REFUSE);
    return folder.resolve(name).resolve("model");
  }

  private static Predictions predictions(Path folder, List<Ranking> rankings) {
    try (Tokenizer tokenizer = Tokenizer.load(folder)) {
      RewardModel reward = ScalarFolder.read(folder, tokenizer, Precision.FLOAT32, false);
      try (Transformer transformer = reward.transformer()) {
        assertThat(transformer.heads().scalar()).isTrue();
        return RewardCheck.predict(reward, PromptFormat.of(PromptStyle.PLAIN, tokenizer), rankings);
      }
    }
  }
}
