package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.Comparison;
import io.rlhf4j.data.Completion;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.FirstInstructions;
import io.rlhf4j.label.web.Stores;
import io.rlhf4j.sim.Criteria;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import io.rlhf4j.stage.RewardStage;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From simulated people at the labeling app's HTTP interface to what training reads. */
class CampaignTrainingTest {
  private static final int PROMPTS = 12;
  private static final int LABELERS = 2;

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  @Test
  void labelsMadeOverHttpAreThoseThatTheSameLabelersGiveDirectly() {
    String database = folder.resolve("label.db").toString();
    campaign(database);
    assertThat(
            run(
                "label",
                "simulate",
                "sim",
                "--prompts",
                "" + PROMPTS,
                "--labelers",
                "" + LABELERS,
                "--database",
                database))
        .contains("sim: " + PROMPTS * LABELERS + " labels by " + LABELERS + " labelers");
    RewardStage.Job job = job(Path.of("label:sim@" + database));
    RewardStage.Job resolved =
        new CampaignFiles(folder.resolve("campaigns"), "none.db").resolve(job);
    assertThat(resolved.rankings()).exists();
    assertThat(resolved.output()).isEqualTo(job.output());
    Set<List<String>> overHttp = pairs(DataFiles.readRankings(resolved.rankings()));
    // The reward model of equal comparisons is the same one, whatever its accuracy is.
    assertThat(overHttp).isEqualTo(pairs(direct(database))).hasSizeGreaterThan(30);
  }

  @Test
  void aCampaignThatIsNotThereIsRefusedWithThoseThatAre() {
    String database = folder.resolve("label.db").toString();
    campaign(database);
    CampaignFiles files = new CampaignFiles(folder, database);
    assertThatThrownBy(() -> files.resolve(job(Path.of("label:other"))))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no campaign 'other'; the campaigns are [sim]");
    assertThatThrownBy(() -> files.resolve(job(Path.of("label:sim"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("the campaign holds no rankings.jsonl yet");
    assertThatThrownBy(() -> files.resolve(job(Path.of("label:sim@" + folder + "/no.db"))))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no.db does not exist");
  }

  private RewardStage.Job job(Path rankings) {
    RewardStage.Job job = RewardStage.defaults();
    return new RewardStage.Job(
        folder.resolve("model"),
        rankings,
        null,
        job.format(),
        job.precision(),
        folder.resolve("reward"),
        job.training());
  }

  private static void campaign(String where) {
    try (Database database = Database.open(where)) {
      Stores stores = Stores.over(database);
      FirstInstructions.addTo(stores.instructions());
      stores
          .campaigns()
          .add(
              "sim",
              TaskKind.RANKING,
              Campaign.Audience.EVERYBODY,
              Objects.requireNonNull(stores.instructions().latest(FirstInstructions.TRAINING)).id(),
              LABELERS,
              30,
              "",
              null);
    }
  }

  /** The same labelers, asked without any app. */
  private static List<Ranking> direct(String where) {
    World world = World.create(3);
    LabelerPool pool = LabelerPool.create(world, 3, LABELERS, 1);
    Map<String, SimPrompt> known = new HashMap<>();
    new Prompts(world)
        .api(PROMPTS, Split.TRAIN, 3)
        .forEach(prompt -> known.put(prompt.prompt().text(), prompt));
    List<Ranking> rankings = new ArrayList<>();
    try (Database database = Database.open(where)) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, "sim");
      for (Item item : stores.items().of(campaign.id())) {
        Prompt prompt = Objects.requireNonNull(item.prompt());
        List<Completion> outputs =
            item.outputs().stream()
                .map(o -> new Completion(prompt, o.text(), o.policy(), true))
                .toList();
        for (SimLabeler labeler : pool.training()) {
          rankings.add(
              labeler.rank(
                  Objects.requireNonNull(known.get(prompt.text())), outputs, Criteria.TRAINING));
        }
      }
    }
    return rankings;
  }

  /** Who is preferred to whom for which prompt, however often. */
  private static Set<List<String>> pairs(List<Ranking> rankings) {
    Map<List<String>, Integer> counts = new HashMap<>();
    for (Ranking ranking : rankings) {
      for (Comparison pair : ranking.comparisons()) {
        counts.merge(List.of(pair.prompt().id(), pair.chosen(), pair.rejected()), 1, Integer::sum);
      }
    }
    Set<List<String>> pairs = new HashSet<>();
    counts.forEach(
        (pair, count) -> {
          List<String> counted = new ArrayList<>(pair);
          counted.add(String.valueOf(count));
          pairs.add(counted);
        });
    return pairs;
  }

  private static String run(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code =
        Main.run(
            Commands.TABLE,
            Path.of("target", "crashes"),
            new PrintWriter(out, true),
            new PrintWriter(err, true),
            arguments);
    assertThat(code).as(err.toString()).isZero();
    return out.toString();
  }
}
