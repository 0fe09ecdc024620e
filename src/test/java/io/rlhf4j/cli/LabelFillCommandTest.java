package io.rlhf4j.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.web.Stores;
import io.rlhf4j.model.ModelConfig;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.BpeTrainer;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models of random weights answer a campaign's prompts. */
class LabelFillCommandTest {
  private static final int POSITIONS = 80;

  @TempDir static Path models = Path.of("");

  @TempDir
  @SuppressWarnings("NullAway.Init")
  private Path folder;

  private final StringWriter errors = new StringWriter();

  @BeforeAll
  static void writeModels() {
    BpeTrainer trainer = new BpeTrainer(BpeTrainer.SMALLEST_VOCABULARY + 20, 2);
    trainer.add("where does the fox live and why does the fox live there");
    Path vocabulary = models.resolve("vocabulary");
    trainer.train().saveTo(vocabulary, POSITIONS);
    try (Tokenizer tokenizer = Tokenizer.load(vocabulary)) {
      ModelConfig config =
          ModelConfig.gpt2(tokenizer.vocabularySize(), 16, 1, 2, POSITIONS)
              .withTokens(tokenizer.eosId(), List.of(tokenizer.eosId()), tokenizer.padId());
      for (String name : List.of("early", "late")) { // lengths differ, and so do the seeds
        try (Transformer model = Transformer.fresh(config, Precision.FLOAT32, name.length())) {
          ModelFolder.write(models.resolve(name).resolve("model"), model);
          tokenizer.saveTo(models.resolve(name).resolve("model"));
        }
      }
    }
  }

  @BeforeEach
  void importPrompts() {
    DataFiles.writePrompts(
        folder.resolve("prompts.jsonl"),
        List.of(Prompt.plain("p1", "where does it live"), Prompt.plain("p2", "why")));
  }

  @Test
  void everyModelAnswersEveryPromptAndIsNamedAfterItsRun() {
    campaign("ranks", "ranking");
    assertThat(fill("ranks", "--k", "5")).as(errors.toString()).isZero();
    List<Item> items = items("ranks");
    assertThat(items).hasSize(2);
    for (Item item : items) {
      // Five outputs of two models: the first one gives one more.
      assertThat(item.outputs())
          .extracting(Item.Output::policy)
          .containsExactly("early", "early", "early", "late", "late");
      assertThat(item.outputs()).extracting(Item.Output::text).doesNotHaveDuplicates();
    }
    // People may begin now, and filling again finds nothing to do.
    assertThat(fill("ranks")).isNotZero();
    assertThat(errors.toString()).contains("campaign 'ranks' has no prompt without outputs");
    assertThat(items("ranks")).isEqualTo(items);
  }

  @Test
  void theSameSeedGivesTheSameOutputs() {
    for (String name : List.of("one", "two")) {
      campaign(name, "ranking");
      assertThat(fill(name, "--seed", "7")).as(errors.toString()).isZero();
    }
    assertThat(texts("one")).isEqualTo(texts("two"));
  }

  @Test
  void aComparisonGetsOneOutputOfEitherModel() {
    campaign("pairs", "comparison");
    assertThat(fill("pairs")).as(errors.toString()).isZero();
    for (Item item : items("pairs")) {
      assertThat(item.outputs()).extracting(Item.Output::policy).containsExactly("early", "late");
    }
  }

  @Test
  void whatDoesNotFitTheTaskOrTheModelIsRefusedAndNothingIsStored() {
    campaign("pairs", "comparison");
    refused(
        "pairs", "the task 'Compare two outputs' needs 2 outputs per prompt, was 4", "--k", "4");
    campaign("ranks", "ranking");
    refused(
        "ranks",
        "the task 'Rate and rank outputs' needs 2 to 9 outputs per prompt, was 1",
        "--k",
        "1");
    refused("ranks", "--max-new-tokens must be at most", "--max-new-tokens", "79");
    campaign("texts", "demonstration");
    refused("texts", "asks people to write demonstrations, which needs no outputs");
    for (String name : List.of("pairs", "ranks", "texts")) {
      assertThat(items(name)).allSatisfy(item -> assertThat(item.outputs()).isEmpty());
    }
  }

  private void refused(String campaign, String sentence, String... more) {
    errors.getBuffer().setLength(0);
    assertThat(fill(campaign, more)).isNotZero();
    assertThat(errors.toString()).contains(sentence);
  }

  private void campaign(String name, String task) {
    int code =
        run(
            "label",
            "import",
            name,
            folder.resolve("prompts.jsonl").toString(),
            "--as",
            "prompts",
            "--task",
            task,
            "--database",
            database());
    assertThat(code).as(errors.toString()).isZero();
  }

  private int fill(String name, String... more) {
    String[] arguments = {
      "label",
      "fill",
      name,
      "--database",
      database(),
      "--model",
      models.resolve("early/model").toString(),
      "--model",
      models.resolve("late/model").toString()
    };
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return run(all);
  }

  private int run(String... arguments) {
    return Main.run(
        Commands.TABLE,
        folder.resolve("crashes"),
        new PrintWriter(new StringWriter()),
        new PrintWriter(errors, true),
        arguments);
  }

  private String database() {
    return folder.resolve("label.db").toString();
  }

  private List<Item> items(String name) {
    try (Database database = Database.open(database())) {
      Stores stores = Stores.over(database);
      Campaign campaign = requireNonNull(stores.campaigns().byName(name));
      return stores.items().of(campaign.id());
    }
  }

  private List<List<String>> texts(String name) {
    return items(name).stream()
        .map(item -> item.outputs().stream().map(Item.Output::text).toList())
        .toList();
  }
}
