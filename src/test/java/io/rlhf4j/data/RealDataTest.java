package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.SharedFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Public data sets as they lie on people's disks; the counts come from their own descriptions. */
class RealDataTest {
  @Test
  void hhRlhfIsReadAsDialogues() {
    DatasetReader reader = open("preferences/hh-rlhf-harmless-base-test.jsonl.gz");
    assertThat(reader.detected().schema()).isEqualTo(DatasetSchema.IMPLICIT_PREFERENCE);
    List<Comparison> pairs = reader.comparisons();
    assertThat(pairs).hasSize(2312);
    assertThat(pairs.get(0).prompt().messages().get(0))
        .isEqualTo(Message.user("what are some pranks with a pen i can do?"));
    for (Comparison pair : pairs) {
      List<Message> turns = pair.prompt().messages();
      assertThat(turns.get(turns.size() - 1).role()).isEqualTo(Role.USER);
      assertThat(pair.chosen()).doesNotContain("\n\nHuman:");
      assertThat(pair.chosen()).isNotEqualTo(pair.rejected());
    }
  }

  @Test
  void oasstTreesGiveTheRankingsTheirDescriptionCounts() {
    List<Ranking> rankings = open("preferences/oasst-en-100-trees.jsonl.gz").rankings();
    assertThat(rankings).hasSize(212);
    assertThat(rankings).filteredOn(ranking -> ranking.size() >= 4).hasSize(38);
  }

  @Test
  void pandaLmGivesThreeRankingsPerRow() {
    List<Ranking> rankings = open("preferences/pandalm-testset-v1-3annotators.json.gz").rankings();
    assertThat(rankings).hasSize(3 * 999);
    int unanimous = 0;
    for (int i = 0; i < rankings.size(); i += 3) {
      Set<List<Integer>> said = new HashSet<>();
      rankings.subList(i, i + 3).forEach(ranking -> said.add(ranking.ranks()));
      unanimous += said.size() == 1 ? 1 : 0;
    }
    assertThat(unanimous).isEqualTo(879);
    assertThat(rankings.get(0).policies()).containsExactly("bloom-7b", "llama-7b");
  }

  @Test
  void tuluJudgementsAreRankingsOfTwoNamedModels() {
    DatasetReader reader = open("preferences/tulu1-human-eval-annotations.jsonl.gz");
    assertThat(reader.detected().schema()).isEqualTo(DatasetSchema.TULU_EVALUATION);
    List<Ranking> rankings = reader.rankings();
    assertThat(rankings).hasSize(1150);
    assertThat(rankings).filteredOn(r -> r.ranks().equals(List.of(1, 1))).hasSize(376);
    assertThat(rankings).filteredOn(r -> r.ranks().equals(List.of(1, 2))).hasSize(188 + 235);
    assertThat(rankings.stream().map(Ranking::labeler).distinct()).hasSize(16);
  }

  @Test
  void squalityReviewersRankThreeSystemsOnAHundredQuestions() {
    DatasetReader reader = open("preferences/squality-human-eval-responses.jsonl.gz");
    assertThat(reader.detected().schema()).isEqualTo(DatasetSchema.SQUALITY_EVALUATION);
    List<Ranking> rankings = reader.rankings();
    assertThat(rankings).hasSize(20 * 5 * 3);
    assertThat(rankings.stream().map(r -> r.prompt().id()).distinct()).hasSize(100);
    assertThat(rankings).allMatch(r -> r.policies().equals(List.of("bart", "bart-dpr", "human")));
    // The first question's first reviewer ranked bart last and the human first.
    assertThat(rankings.get(0).ranks()).containsExactly(3, 2, 1);
  }

  @Test
  void alpacaInstructionsAndPreferencesAreRead() {
    assertThat(open("instructions/rasbt-instruction-data.json").demonstrations()).hasSize(1100);
    DatasetReader both = open("preferences/rasbt-instruction-data-with-preference.json");
    assertThat(both.detected().schema()).isEqualTo(DatasetSchema.ALPACA_PREFERENCE);
    assertThat(both.comparisons()).hasSize(1100);
    assertThat(both.demonstrations().get(0).completion())
        .isEqualTo(both.comparisons().get(0).chosen());
  }

  @Test
  void selfInstructTasksAreRead() {
    assertThat(open("instructions/self-instruct-seed-tasks-175.jsonl").demonstrations())
        .hasSizeGreaterThanOrEqualTo(175);
    assertThat(open("instructions/self-instruct-user-oriented-252.jsonl").demonstrations())
        .hasSize(252);
  }

  @Test
  void linesOfBareStringsArePrompts() {
    List<Prompt> prompts = open("instructions/oasst-prompt-lottery-en-250.jsonl").prompts();
    assertThat(prompts).hasSize(250);
    assertThat(prompts.get(0).text()).isEqualTo("Can you tell me about GLaDOS?");
    assertThat(prompts).extracting(Prompt::id).doesNotHaveDuplicates();
  }

  @Test
  void everyChatterbotFileIsReadButTheBrokenOneWhichSaysWhere() throws IOException {
    Path folder = SharedFiles.require("data/instructions/chatterbot-english");
    List<Path> files;
    try (Stream<Path> listing = Files.list(folder)) {
      files = listing.filter(file -> file.toString().endsWith(".yml")).sorted().toList();
    }
    assertThat(files).hasSizeGreaterThan(15);
    for (Path file : files) {
      if (file.endsWith("trivia.yml")) {
        // It lacks a dash in line 35, which makes that row a bare string.
        assertThatThrownBy(() -> DatasetReader.readDemonstrations(file))
            .isInstanceOf(InputException.class)
            .hasMessageContaining(
                "trivia.yml:35: this row has no keys but is \"In a game of bingo");
        continue;
      }
      assertThat(DatasetReader.readDemonstrations(file)).as(file.toString()).isNotEmpty();
    }
    assertThat(DatasetReader.readDemonstrations(folder.resolve("ai.yml"))).hasSize(105);
  }

  @Test
  void promptCompletionRowsWithAndWithoutGzip() {
    assertThat(open("instructions/t0-train-sample/ag_news_classify.jsonl.gz").demonstrations())
        .hasSize(200);
  }

  @Test
  void judgedPairsOfLlmBarAreRead() {
    assertThat(open("preferences/llmbar/natural.json").comparisons()).hasSize(100);
  }

  @Test
  void runningTextIsRead() {
    assertThat(open("text/tinystories-1000.json.gz").texts()).hasSize(1000);
    assertThat(open("text/tinyshakespeare.txt.gz").texts().get(0)).startsWith("First Citizen:");
  }

  @Test
  void tablesOfModelOutputsAreReadWithEveryRow() {
    Path file =
        SharedFiles.require("data/evaluation/instructgpt-samples/truthful_qa_samples.csv.gz");
    assertThat(RowFile.read(file)).hasSize(3600);
  }

  private static DatasetReader open(String name) {
    return DatasetReader.open(SharedFiles.require("data/" + name));
  }
}
