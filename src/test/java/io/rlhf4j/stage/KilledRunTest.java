package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.model.Precision;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.LoraConfig;
import io.rlhf4j.train.MetricsRow;
import io.rlhf4j.train.OptimizerConfig;
import io.rlhf4j.train.PpoConfig;
import io.rlhf4j.train.PpoTrainer;
import io.rlhf4j.train.RewardConfig;
import io.rlhf4j.train.RunFolder;
import io.rlhf4j.train.RunRecord;
import io.rlhf4j.train.SftConfig;
import io.rlhf4j.train.WhenRunExists;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A run that is killed, twice, and taken up again ends with the same model and the same log as one
 * that was left alone. The killed parts are processes of their own.
 */
class KilledRunTest {
  private static final CheckpointConfig CHECKPOINTS = new CheckpointConfig(3, 2);
  private static final int POSITIONS = 48;

  @TempDir static Path work = Path.of("");

  /** The stages, each long enough to be killed at the rows given. */
  enum Stage {
    SFT(7, 31) {
      @Override
      void run(Path data, Path output) {
        SftConfig training =
            new SftConfig(
                5,
                4,
                2,
                POSITIONS,
                true,
                true,
                0.2,
                0.2,
                rate().withMuon(0.01),
                2,
                0.1,
                CHECKPOINTS,
                1,
                7);
        SftStage.run(
            new SftStage.Job(
                data.resolve("model"),
                data.resolve("demonstrations.jsonl"),
                data.resolve("demonstrations.jsonl"),
                data.resolve("text.jsonl"),
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                false,
                output,
                training),
            "",
            WhenRunExists.RESUME);
      }
    },
    REWARD(8, 33) {
      @Override
      void run(Path data, Path output) {
        RewardConfig training =
            new RewardConfig(
                6,
                4,
                8,
                POSITIONS,
                RewardConfig.Objective.PAIRWISE,
                RewardConfig.Readout.REWARD_TOKEN,
                1,
                rate(),
                2,
                0.1,
                CHECKPOINTS,
                1,
                7);
        RewardStage.run(
            new RewardStage.Job(
                data.resolve("model"),
                data.resolve("rankings.jsonl"),
                data.resolve("demonstrations.jsonl"),
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                output,
                training),
            "",
            WhenRunExists.RESUME);
      }
    },
    PPO(4, 14) {
      @Override
      void run(Path data, Path output) {
        ppo(data, LoraConfig.off(), output);
      }
    },
    PPO_WITH_ADAPTER(5, 17) {
      @Override
      void run(Path data, Path output) {
        ppo(data, LoraConfig.off().withRank(4), output);
      }
    };

    final int[] killedAtRow;

    Stage(int... killedAtRow) {
      this.killedAtRow = killedAtRow;
    }

    /** Runs or resumes the stage to its end. */
    abstract void run(Path data, Path output);

    private static void ppo(Path data, LoraConfig lora, Path output) {
      PpoConfig training =
          new PpoConfig(
              30 * 8,
              8,
              2,
              4,
              2,
              2,
              8,
              1,
              new PpoConfig.RewardShape(1.0, 5, null, true),
              new PpoConfig.Kl(0.05, 2.0, 100, 0),
              0.2,
              0.2,
              1,
              0.95,
              true,
              true,
              new PpoConfig.Ptx(0.5, 1, 12),
              rate(),
              rate(),
              4,
              2,
              0.1,
              0.9,
              CHECKPOINTS,
              1,
              7);
      PpoStage.run(
          new PpoStage.Job(
              data.resolve("model"),
              data.resolve("reward"),
              null,
              data.resolve("prompts.jsonl"),
              data.resolve("text.jsonl"),
              PromptStyle.PLAIN,
              Precision.FLOAT32,
              false,
              lora,
              output,
              training),
          "",
          WhenRunExists.RESUME,
          PpoTrainer.Observer.NONE);
    }

    private static OptimizerConfig rate() {
      return OptimizerConfig.paper(3e-3);
    }
  }

  /** The process that is killed. */
  static final class Child {
    private Child() {}

    public static void main(String[] arguments) {
      Stage.valueOf(arguments[0]).run(Path.of(arguments[1]), Path.of(arguments[2]));
    }
  }

  @BeforeAll
  static void makeModelsAndData() throws IOException {
    TinyInputs.make(work, POSITIONS);
  }

  @ParameterizedTest
  @EnumSource
  void aKilledRunEndsAsIfItHadNeverStopped(Stage stage) throws Exception {
    Path alone = work.resolve(stage + "-alone");
    stage.run(work, alone);
    Path killed = work.resolve(stage + "-killed");
    for (int row : stage.killedAtRow) {
      runUntil(stage, killed, row);
    }
    stage.run(work, killed);
    assertThat(Objects.requireNonNull(RunFolder.read(killed)).resumed())
        .hasSize(stage.killedAtRow.length);
    assertThat(rows(killed)).isEqualTo(rows(alone));
    assertThat(killed.resolve("model/model.safetensors"))
        .hasSameBinaryContentAs(alone.resolve("model/model.safetensors"));
  }

  /** Starts or resumes the stage in a process, and kills it once its log has so many rows. */
  private static void runUntil(Stage stage, Path output, int rows) throws Exception {
    Path errors = work.resolve("errors.txt");
    Process child =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
                "-cp",
                System.getProperty("java.class.path"),
                Child.class.getName(),
                stage.name(),
                work.toString(),
                output.toString())
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(errors.toFile())
            .start();
    try {
      Path log = output.resolve("metrics.jsonl");
      while (child.isAlive() && (!Files.exists(log) || lines(log) < rows)) {
        child.waitFor(2, TimeUnit.MILLISECONDS);
      }
    } finally {
      child.destroyForcibly();
    }
    child.waitFor();
    assertThat(Objects.requireNonNull(RunFolder.read(output)).status())
        .as("killed in the middle; it said: %s", Files.readString(errors))
        .isEqualTo(RunRecord.Status.RUNNING);
  }

  private static long lines(Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file)) {
      return lines.count();
    }
  }

  /** The log without what depends on the clock. */
  private static List<String> rows(Path run) throws IOException {
    ObjectMapper json = new ObjectMapper();
    List<String> rows = new ArrayList<>();
    for (String line : Files.readAllLines(run.resolve("metrics.jsonl"))) {
      ObjectNode row = (ObjectNode) json.readTree(line);
      List<String> names = new ArrayList<>();
      row.fieldNames().forEachRemaining(names::add);
      names.stream().filter(MetricsRow::isTiming).forEach(row::remove);
      rows.add(row.toString());
    }
    return rows;
  }
}
