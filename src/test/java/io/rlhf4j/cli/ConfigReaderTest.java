package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.cli.SampleConfig.Constant;
import io.rlhf4j.cli.SampleConfig.Cosine;
import io.rlhf4j.cli.SampleConfig.Mode;
import io.rlhf4j.cli.SampleConfig.Step;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConfigReaderTest {
  @TempDir @Nullable Path folder;

  private static final SampleConfig DEFAULTS = SampleConfig.defaults();
  private static final ConfigReader<SampleConfig> READER =
      ConfigReader.of(DEFAULTS)
          .preset("gentle", with("ppo.clip=0.1", "ppo.batch_size=8"))
          .preset("trl", with("ppo.kl.coefficient=0.05"));

  private static SampleConfig with(String... overrides) {
    return ConfigReader.of(DEFAULTS).read(null, null, List.of(overrides));
  }

  private Path yaml(String text) {
    try {
      return Files.writeString(java.util.Objects.requireNonNull(folder).resolve("run.yaml"), text);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private SampleConfig read(String text, String... overrides) {
    return READER.read(null, yaml(text), List.of(overrides));
  }

  private void refuses(String text, String... parts) {
    assertThatThrownBy(() -> read(text))
        .isInstanceOf(InputException.class)
        .message()
        .contains(parts);
  }

  @Test
  void withoutAnyLayerTheDefaultsComeBack() {
    assertThat(with()).isEqualTo(DEFAULTS);
    assertThat(read("")).isEqualTo(DEFAULTS);
    assertThat(read("# nothing\n")).isEqualTo(DEFAULTS);
  }

  @Test
  void eachLayerLiesOverTheOneBefore() {
    SampleConfig config =
        READER.read("gentle", yaml("ppo:\n  batch_size: 16\n  seed: 7\n"), List.of("ppo.seed=9"));
    assertThat(config.ppo().clip()).isEqualTo(0.1); // preset
    assertThat(config.ppo().batchSize()).isEqualTo(16); // file over preset
    assertThat(config.ppo().seed()).isEqualTo(9); // argument over file
    assertThat(config.ppo().kl()).isEqualTo(DEFAULTS.ppo().kl()); // default
  }

  @Test
  void theFileMayNameThePresetAndTheOptionGoesOverIt() {
    Path file = yaml("preset: gentle\n");
    assertThat(READER.read(null, file, List.of()).ppo().clip()).isEqualTo(0.1);
    assertThat(READER.read("trl", file, List.of()).ppo().clip()).isEqualTo(0.2);
    refuses("preset: gentel\n", "run.yaml:1", "did you mean 'gentle'?", "gentle, trl");
  }

  @Test
  void everyTypeIsRead() {
    SampleConfig config =
        read(
            """
            name: 007
            data: some/where.jsonl
            stops: [a, "b: c"]
            steps:
              - stage: sft
                count: 1_000
            ppo:
              clip: 1e-1
              whiten_rewards: true
              mode: kl_shaped
              target: 6
              note: hello
              limit: 3
            """);
    assertThat(config.name()).isEqualTo("007");
    assertThat(config.data()).isEqualTo(Path.of("some/where.jsonl"));
    assertThat(config.stops()).containsExactly("a", "b: c");
    assertThat(config.steps()).containsExactly(new Step("sft", 1000));
    assertThat(config.ppo().clip()).isEqualTo(0.1);
    assertThat(config.ppo().whitenRewards()).isTrue();
    assertThat(config.ppo().mode()).isEqualTo(Mode.KL_SHAPED);
    assertThat(config.ppo().target()).isEqualTo(6.0);
    assertThat(config.ppo().note()).contains("hello");
    assertThat(config.ppo().limit()).hasValue(3);
  }

  @Test
  void nullEmptiesWhatMayBeEmptyAndNothingElse() {
    SampleConfig full =
        ConfigReader.of(with("ppo.target=6", "ppo.limit=3"))
            .read(null, null, List.of("ppo.target=null", "ppo.limit=~"));
    assertThat(full.ppo()).isEqualTo(DEFAULTS.ppo());
    refuses("ppo:\n  clip: null\n", "run.yaml:2: ppo.clip cannot be null", "a number");
  }

  @Test
  void aSealedChoiceIsMadeByItsType() {
    assertThat(with("rate.value=0.5").rate()).isEqualTo(new Constant(0.5));
    assertThat(read("rate:\n  type: cosine\n  peak: 1\n").rate()).isEqualTo(new Cosine(1, 0.1));
    refuses(
        "rate:\n  type: cosin\n",
        "run.yaml:2: rate.type must be one of constant, cosine, was 'cosin'; did you mean 'cosine'?");
    refuses(
        "rate:\n  type: cosine\n  value: 1\n",
        "run.yaml:3: unknown key 'value' in rate",
        "peak, floor");
  }

  @Test
  void anUnknownKeyNamesTheNearestAndAllKnownOnes() {
    refuses(
        "name: x\nppo:\n  clip: 0.1\n  kl_coef: 3\n",
        "run.yaml:4: unknown key 'kl_coef' in ppo; did you mean 'kl'? (known keys: clip, batch_size, seed,");
    refuses("ppo:\n  batchsize: 3\n", "did you mean 'batch_size'?");
    refuses("ppo:\n  coefficient: 3\n", "did you mean 'kl.coefficient'?");
    refuses("pppo: 3\n", "run.yaml:1: unknown key 'pppo' in sample; did you mean 'ppo'?");
    assertThatThrownBy(() -> with("ppo.clop=1"))
        .hasMessageContaining(
            "argument 'ppo.clop=1': unknown key 'clop' in ppo; did you mean 'clip'?");
  }

  @Test
  void aValueOfTheWrongTypeIsRefusedWithKeyRuleAndValue() {
    refuses("ppo:\n  clip: wide\n", "run.yaml:2: ppo.clip must be a number", "was 'wide'");
    refuses("ppo:\n  batch_size: 1.5\n", "ppo.batch_size must be a whole number", "was '1.5'");
    refuses("ppo:\n  batch_size: 3000000000\n", "2147483647");
    refuses("ppo:\n  whiten_rewards: yes\n", "must be true or false, was 'yes'");
    refuses(
        "ppo:\n  mode: plan\n",
        "ppo.mode must be one of plain, kl_shaped",
        "did you mean 'plain'?");
    refuses("ppo:\n  clip: [1]\n", "was a list");
    refuses("ppo: 3\n", "run.yaml:1: ppo must be a section of keys, was '3'");
    refuses("stops: x\n", "stops must be a list such as [a, b], was 'x'");
    refuses("steps:\n  - stage: sft\n", "run.yaml:2: steps[0].count is missing");
  }

  @Test
  void aRecordsOwnRefusalIsPassedOnWithThePlace() {
    refuses(
        "name: x\nppo:\n  seed: 1\n  clip: 1.2\n",
        "run.yaml:4: ppo.clip must be in (0, 1), was 1.2");
    refuses(
        "ppo:\n  kl:\n    horizon: 0\n", "run.yaml:3: in ppo.kl: horizon must be positive, was 0");
    assertThatThrownBy(() -> with("ppo.clip=1.2"))
        .hasMessage("argument 'ppo.clip=1.2': ppo.clip must be in (0, 1), was 1.2");
  }

  @Test
  void whatYamlWouldSilentlySwallowIsRefused() {
    refuses("name: a\nname: b\n", "run.yaml:2: key 'name' was set already at", "run.yaml:1");
    refuses("name: a\n---\nname: b\n", "second YAML document");
    refuses("name: &n a\ndata: *n\n", "run.yaml:2: YAML aliases");
    refuses("- a\n", "found a list");
    refuses("name: [a\nppo: 1\n", "run.yaml:", "this is not YAML");
    assertThatThrownBy(() -> READER.read(null, Path.of("nowhere.yaml"), List.of()))
        .isInstanceOf(InputException.class)
        .hasMessage("there is no configuration file nowhere.yaml");
  }

  @Test
  void argumentsTakeTextAsItStandsAndListsAsYaml() {
    assertThat(with("name=a: b # c = d").name()).isEqualTo("a: b # c = d");
    assertThat(with("name=").name()).isEmpty();
    assertThat(with("stops=[x, 'y z']").stops()).containsExactly("x", "y z");
    assertThat(with("name=a", "name=b").name()).isEqualTo("b");
    assertThatThrownBy(() -> with("ppo.clip")).hasMessageContaining("write dotted.key=value");
    assertThatThrownBy(() -> with("ppo..clip=1")).hasMessageContaining("write dotted.key=value");
  }

  @Test
  void theResolvedConfigurationIsWrittenInTheOrderOfTheComponents() {
    Path file = java.util.Objects.requireNonNull(folder).resolve("out/config.yaml");
    ConfigReader.write(with("rate={type: cosine, peak: 1e7}"), file);
    assertThat(file)
        .hasContent(
            """
            ppo:
              clip: 0.2
              batch_size: 512
              seed: 42
              whiten_rewards: false
              mode: "plain"
              kl:
                coefficient: 0.02
                horizon: 10000
              target: null
              note: null
              limit: null
            name: "run"
            data: "data.jsonl"
            stops:
            - "\\n\\n"
            rate:
              type: "cosine"
              peak: 1.0e+7
              floor: 0.1
            steps:
            - stage: "sft"
              count: 2
            """);
  }

  @Property(tries = 200)
  void whatIsWrittenReadsBackEqual(
      @ForAll String name, @ForAll int batch, @ForAll double kl, @ForAll List<String> stops)
      throws IOException {
    SampleConfig.Ppo ppo =
        new SampleConfig.Ppo(
            0.5,
            batch,
            1,
            true,
            Mode.KL_SHAPED,
            new SampleConfig.Kl(kl, 1),
            kl,
            java.util.Optional.of(name),
            java.util.OptionalInt.of(batch));
    SampleConfig config =
        new SampleConfig(ppo, name, Path.of("x"), stops, new Cosine(kl, 0), List.of());
    Path file = Files.createTempFile("config", ".yaml");
    try {
      ConfigReader.write(config, file);
      assertThat(ConfigReader.of(DEFAULTS).read(null, file, List.of())).isEqualTo(config);
    } finally {
      Files.delete(file);
    }
  }
}
