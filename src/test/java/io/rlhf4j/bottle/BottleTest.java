package io.rlhf4j.bottle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.ReportJson;
import io.rlhf4j.eval.StaircaseStep;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The smallest bottle, from nothing to its report, with the real stages. */
class BottleTest {
  @Test
  void theSmokeDemoGoesThroughEveryStageAndResumesWithoutDoingAnythingTwice(@TempDir Path folder)
      throws Exception {
    Path output = folder.resolve("demo");
    BottleConfig config = BottleConfig.smoke();
    List<String> printed = SeedStudy.run(config, 1, output, WhenRunExists.REFUSE, "smoke");
    Report report = ReportJson.read(output.resolve("report.json"));

    assertThat(printed.get(0)).contains("PPO-ptx");
    assertThat(report.staircase())
        .extracting(StaircaseStep::model)
        .containsExactly(
            "GPT", "GPT", "GPT-prompted", "GPT-prompted", "SFT", "PPO", "PPO-ptx", "DPO");
    // 6 trainings, two reward models, the first round's policy, one more base model
    assertThat(report.stages()).hasSize(10);
    assertThat(DataFiles.readRankings(output.resolve("labels/rankings.jsonl")))
        .as("those of the first round and those of what the first policy wrote")
        .extracting(ranking -> ranking.policies().contains("PPO small"))
        .contains(true, false);
    assertThat(report.stages()).allMatch(s -> s.tokens() > 0 && s.petaflopDays() > 0);
    assertThat(report.frontier()).allMatch(p -> p.goldScore() != null);
    assertThat(Files.size(output.resolve("report.html"))).isGreaterThan(10_000);

    long trained = Files.getLastModifiedTime(output.resolve("ppo-small/run.json")).toMillis();
    SeedStudy.run(config, 1, output, WhenRunExists.RESUME, "smoke");
    Report again = ReportJson.read(output.resolve("report.json"));
    assertThat(again.staircase()).isEqualTo(report.staircase());
    assertThat(Files.getLastModifiedTime(output.resolve("ppo-small/run.json")).toMillis())
        .isEqualTo(trained);

    assertThatThrownBy(() -> SeedStudy.run(config, 1, output, WhenRunExists.REFUSE, "smoke"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("--resume")
        .hasMessageContaining("--overwrite");
  }
}
