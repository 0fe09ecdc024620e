package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.Initialization;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.RewardModel;
import io.rlhf4j.model.RewardModel.Likelihood;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import io.rlhf4j.train.CheckpointConfig;
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
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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
        PpoConfig training =
            new PpoConfig(
                30 * 8,
                8,
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
                0.9,
                CHECKPOINTS,
                1,
                7);
        PpoStage.run(
            new PpoStage.Job(
                data.resolve("model"),
                data.resolve("reward"),
                data.resolve("prompts.jsonl"),
                data.resolve("text.jsonl"),
                PromptStyle.PLAIN,
                Precision.FLOAT32,
                output,
                training),
            "",
            WhenRunExists.RESUME,
            PpoTrainer.Observer.NONE);
      }
    };

    final int[] killedAtRow;

    Stage(int... killedAtRow) {
      this.killedAtRow = killedAtRow;
    }

    /** Runs or resumes the stage to its end. */
    abstract void run(Path data, Path output);

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
    Random random = new Random(3);
    List<Prompt> prompts =
        IntStream.range(0, 48).mapToObj(i -> Prompt.plain("p" + i, words(random, 3))).toList();
    List<Demonstration> demonstrations = new ArrayList<>();
    List<Ranking> rankings = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    for (Prompt prompt : prompts) {
      demonstrations.add(new Demonstration(prompt, words(random, 2), "maker"));
      List<String> completions = List.of(words(random, 1), words(random, 2), words(random, 3));
      rankings.add(Ranking.of(prompt, completions, List.of(1, 2, 3), "maker"));
      text.append("{\"text\": \"").append(words(random, 9)).append("\"}\n");
    }
    DataFiles.writePrompts(work.resolve("prompts.jsonl"), prompts);
    DataFiles.writeDemonstrations(work.resolve("demonstrations.jsonl"), demonstrations);
    DataFiles.writeRankings(work.resolve("rankings.jsonl"), rankings);
    Files.writeString(work.resolve("text.jsonl"), text);
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 20, 2);
    trainer.add(text.toString());
    Path vocabulary = work.resolve("vocabulary");
    trainer.train().saveTo(vocabulary, POSITIONS);
    try (Tokenizer tokenizer = Tokenizer.load(vocabulary)) {
      ModelConfig config =
          ModelConfig.gpt2(tokenizer.vocabularySize(), 32, 2, 2, POSITIONS)
              .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId());
      try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, 1);
          Transformer scalar = Transformer.empty(config, Heads.BOTH, Precision.FLOAT32, true)) {
        ModelFolder.write(work.resolve("model"), model);
        tokenizer.saveTo(work.resolve("model"));
        Initialization.gpt2(scalar, 2);
        Initialization.scalarHead(scalar, 2);
        RewardModel reward =
            new RewardModel(scalar, -1, tokenizer.padId(), new Likelihood(0.5, -3));
        ScalarFolder.write(
            work.resolve("reward"), reward, tokenizer, RewardConfig.Readout.LAST_TOKEN);
      }
    }
  }

  private static String words(Random random, int count) {
    List<String> all = List.of("moon", "sun", "tide", "rain", "wind", "sea");
    return String.join(
        " ", Stream.generate(() -> all.get(random.nextInt(all.size()))).limit(count).toList());
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
