package io.rlhf4j.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.model.Adapter;
import io.rlhf4j.model.Family;
import io.rlhf4j.model.Footprint;
import io.rlhf4j.model.Heads;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.Precision;
import io.rlhf4j.train.OptimizerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.assertj.core.data.Percentage;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class MemoryPlanTest {
  @Test
  void weightsGradientsAndMomentsAreFourNumbersPerParameter() {
    // GPT-2, vocabulary 10, width 4, 1 layer, 8 positions: embeddings 40 + 32; norms 8 + 8 + 8;
    // qkv 48 + 12; out 16 + 4; up 64 + 16; down 64 + 4. In all 324.
    Footprint model =
        new Footprint(ModelConfig.gpt2(10, 4, 1, 2, 8), Precision.BFLOAT16, Heads.LANGUAGE);
    assertThat(model.parameters()).isEqualTo(324);
    assertThat(model.weights() + model.gradients() + model.optimizer()).isEqualTo(16 * 324);
    // Matrices without the positions, 2 bytes each: 40 + 48 + 16 + 64 + 64 = 232.
    assertThat(model.castWeights()).isEqualTo(2 * 232);
    Footprint wide =
        new Footprint(ModelConfig.gpt2(10, 4, 1, 2, 8), Precision.FLOAT32, Heads.LANGUAGE);
    assertThat(wide.castWeights()).isZero();
    assertThat(wide.packedWeights()).isEqualTo(4 * 232);
    // 1 layer, keys and values, 3 rows of 5 tokens, width 4, 4 bytes.
    assertThat(model.keyValueCache(3, 5)).isEqualTo(2 * 3 * 5 * 4 * 4);
  }

  @Test
  void theLossHoldsABlockOfLogitsAndTwoGradientsTwice() {
    // Vocabulary 10, width 4, 1 layer; 6 tokens: logits 6 * 10 of 2 bytes; head 10 * 4 and hidden
    // states 6 * 4, twice in 4 bytes each.
    Footprint model =
        new Footprint(ModelConfig.gpt2(10, 4, 1, 2, 8), Precision.BFLOAT16, Heads.LANGUAGE);
    assertThat(model.lmLoss(6)).isEqualTo(120 + 2 * 4 * (40 + 24));
    // An adapter leaves the head as it is.
    Footprint adapted =
        new Footprint(
            model.config(),
            Precision.BFLOAT16,
            Heads.LANGUAGE,
            Adapter.shape(model.config(), Heads.LANGUAGE, 1, List.of("all-linear")),
            false);
    assertThat(adapted.lmLoss(6)).isEqualTo(120 + 2 * 4 * 24);
    // Of many tokens no more than 2^26 logits exist at a time.
    assertThat(model.lmLoss(1L << 30)).isEqualTo((1L << 27) + 2 * 4 * (40 + (4L << 30)));
    // Two branches and the embedding, 6 tokens of width 4, 2 bytes.
    assertThat(model.dropoutMasks(6)).isEqualTo(3 * 6 * 4 * 2);
  }

  @Test
  void aShareOfTextThatIsNotThereIsRefused(@TempDir Path work) {
    MeasuredRun.prepare(work, 64, 1);
    assertThatThrownBy(() -> MemoryPlan.of(MeasuredRun.sft(work, 0.1)))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "training.pretrain_share must be 0 without pretraining text, was 0.1; give"
                + " pretrain=FILE or set it to 0");
  }

  @Test
  void rowsLongerThanTheModelReadsAreRefused(@TempDir Path work) {
    MeasuredRun.prepare(work, 64, 1);
    PretrainStage.Job job = MeasuredRun.pretrain(work);
    PretrainStage.Shape narrow = new PretrainStage.Shape(Family.GPT2, 64, 1, 1, 128, 0.02);
    assertThatThrownBy(
            () ->
                MemoryPlan.of(
                    new PretrainStage.Job(
                        job.text(),
                        job.tokenizer(),
                        job.vocabulary(),
                        narrow,
                        job.precision(),
                        job.output(),
                        job.training())))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "training.context_length must be at most model.positions = 128, was 256; lower it or"
                + " raise model.positions");
  }

  @Test
  void muonsMomentumIsOneMoreNumberPerParameter(@TempDir Path work) {
    MeasuredRun.prepare(work, 64, 1);
    OptimizerConfig adam = OptimizerConfig.paper(1e-5);
    Map<String, Long> without = bytes(MeasuredRun.job(work, 4, 1, adam));
    Map<String, Long> with = bytes(MeasuredRun.job(work, 4, 1, adam.withMuon(1e-3)));
    assertThat(without).doesNotContainKeys("policy: momentum", "value: momentum");
    assertThat(with)
        .containsEntry("policy: momentum", with.get("policy: weights"))
        .containsEntry("value: momentum", with.get("value: weights"));
  }

  @Test
  void anAdapterIsTrainedInPlaceOfTheWeightsAndItsReferenceCostsNothing(@TempDir Path work) {
    MeasuredRun.prepare(work, 64, 1);
    PpoStage.Job job = MeasuredRun.job(work, 4, 1, OptimizerConfig.paper(1e-5));
    Map<String, Long> whole = bytes(job);
    Map<String, Long> adapter = bytes(MeasuredRun.withAdapter(job));
    assertThat(whole).containsKey("reference: weights").doesNotContainKey("policy: adapter");
    // Rank 16 beside [3 * 64, 64], [64, 64], [256, 64] and [64, 256]:
    // 16 * (256 + 128 + 320 + 320) numbers of 4 bytes.
    assertThat(adapter)
        .doesNotContainKey("reference: weights")
        .containsEntry("policy: weights", whole.get("policy: weights"))
        .containsEntry("policy: adapter", 4L * 16 * 1024)
        .containsEntry("policy: gradients", 4L * 16 * 1024)
        .containsEntry("policy: optimizer", 8L * 16 * 1024);
  }

  @Test
  void aStackIsMadeAnewAsAWholeWhenAPartOfItIsAdapted() {
    // Llama, width 8, 2 layers: query, key and value stacked are [3 * 8, 8].
    ModelConfig config = ModelConfig.llama(10, 8, 2, 2, 2, 16, 8);
    Adapter.Shape shape = Adapter.shape(config, Heads.LANGUAGE, 1, List.of("q_proj", "v_proj"));
    assertThat(shape).isEqualTo(new Adapter.Shape(2 * 2 * (8 + 8), 2 * 24 * 8));
    assertThat(new Footprint(config, Precision.FLOAT32, Heads.LANGUAGE, shape, false).castWeights())
        .isEqualTo(4 * 2 * 24 * 8);
  }

  @Test
  void layersThatAreComputedAgainKeepTheirInputOnly() {
    ModelConfig config = ModelConfig.gpt2(10, 4, 12, 2, 8);
    Footprint all = new Footprint(config, Precision.BFLOAT16, Heads.LANGUAGE);
    Footprint inputs = new Footprint(config, Precision.BFLOAT16, Heads.LANGUAGE, null, true);
    Footprint oneLayer =
        new Footprint(ModelConfig.gpt2(10, 4, 1, 2, 8), Precision.BFLOAT16, Heads.LANGUAGE);
    // 6 tokens through 12 layers of width 4 in 2 bytes, beside what a single layer needs.
    assertThat(inputs.activations(2, 3))
        .isEqualTo(oneLayer.activations(2, 3) + 6 * 12 * 4 * 2)
        .isLessThan(all.activations(2, 3) / 2);
  }

  private static Map<String, Long> bytes(PpoStage.Job job) {
    return MemoryPlan.of(job).items().stream()
        .collect(Collectors.toMap(MemoryPlan.Item::what, MemoryPlan.Item::bytes));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "pretrain",
        "pretrain, recomputing",
        "sft",
        "sft, lora",
        "reward",
        "ppo",
        "ppo, lora",
        "ppo, four samples of a prompt",
        "dpo"
      })
  @EnabledOnOs(OS.LINUX)
  void aRunTakesWhatThePlanSays(String stage, @TempDir Path work) throws Exception {
    MeasuredRun.prepare(work, 640, 4); // 25 million parameters in each model
    Process child = process(work, stage);
    List<String> told = child.inputReader().lines().toList();
    assertThat(child.waitFor(5, TimeUnit.MINUTES)).isTrue();
    assertThat(child.exitValue()).as("it said %s", told).isZero();
    assertThat((double) figure(told, "measured"))
        .as("%s", told)
        .isCloseTo(figure(told, "planned"), Percentage.withPercentage(15));
  }

  private static Process process(Path work, String stage) throws Exception {
    ProcessBuilder builder =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Xmx512m",
            "-XX:+UseSerialGC",
            "-Dorg.bytedeco.javacpp.maxPhysicalBytes=0",
            "-cp",
            System.getProperty("java.class.path"),
            MeasuredRun.class.getName(),
            work.toString(),
            stage);
    // As the launcher sets them: they decide how much freed memory the process keeps.
    builder
        .environment()
        .putAll(
            Map.of(
                "OMP_NUM_THREADS", "2",
                "MALLOC_ARENA_MAX", "1",
                "MALLOC_MMAP_MAX_", "0",
                "MALLOC_TRIM_THRESHOLD_", "68719476736"));
    return builder.redirectError(ProcessBuilder.Redirect.DISCARD).start();
  }

  private static long figure(List<String> lines, String name) {
    return lines.stream()
        .filter(l -> l.startsWith(name + " "))
        .mapToLong(l -> Long.parseLong(l.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow();
  }
}
