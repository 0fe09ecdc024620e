package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataFilesTest {
  @TempDir Path folder;

  @Test
  void aRankingIsWrittenWithThePublicKeys() throws IOException {
    Path file = folder.resolve("rankings.jsonl");
    Metadata asked =
        new Metadata(true, null, false, null, null, null, null, null, null, null, null);
    Ranking ranking =
        new Ranking(
            Prompt.plain("p1", "Why is the sky blue?"),
            List.of("Light.", "No."),
            List.of(1, 2),
            List.of("sft", "gpt"),
            List.of(6, 2),
            List.of(Metadata.NONE, asked),
            "ann");
    DataFiles.writeRankings(file, List.of(ranking));
    assertThat(Files.readString(file))
        .isEqualTo(
            "{\"prompt\":\"Why is the sky blue?\",\"prompt_id\":\"p1\",\"kind\":\"plain\","
                + "\"split\":\"train\",\"completions\":[\"Light.\",\"No.\"],\"ranks\":[1,2],"
                + "\"labeler\":\"ann\",\"policies\":[\"sft\",\"gpt\"],\"likert\":[6,2],"
                + "\"metadata\":[{},{\"fails_instruction\":true,\"hallucination\":false}]}\n");
    assertThat(DataFiles.readRankings(file)).containsExactly(ranking);
  }

  @Test
  void aRankingNeedsOnlyPromptCompletionsRanksAndLabeler() {
    Path file =
        write(
            "{\"prompt\":\"Hi\",\"completions\":[\"a\",\"b\"],\"ranks\":[1,1],\"labeler\":\"x\"}");
    Ranking ranking = DataFiles.readRankings(file).get(0);
    assertThat(ranking.prompt().text()).isEqualTo("Hi");
    assertThat(ranking.comparisons()).isEmpty();
  }

  @Test
  void equalPromptsWithoutIdsGetEqualIds() {
    Path file =
        write(
            "{\"prompt\":\"Hi\",\"completion\":\"a\",\"labeler\":\"x\"}\n"
                + "{\"prompt\":[{\"role\":\"user\",\"content\":\"Hi\"}],\"completion\":\"b\",\"labeler\":\"y\"}\n"
                + "{\"prompt\":\"Ho\",\"completion\":\"c\",\"labeler\":\"x\"}");
    List<String> ids =
        DataFiles.readDemonstrations(file).stream().map(row -> row.prompt().id()).toList();
    assertThat(ids.get(0)).isEqualTo(ids.get(1)).isNotEqualTo(ids.get(2));
  }

  @Test
  void aPromptIdGivenTwiceNamesBothLines() {
    Path file =
        write(
            "{\"prompt\":\"Hi\",\"prompt_id\":\"1\"}\n{\"prompt\":\"Ho\",\"prompt_id\":\"2\"}\n"
                + "{\"prompt\":\"Hu\",\"prompt_id\":\"1\"}");
    assertThatThrownBy(() -> DataFiles.readPrompts(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl:3: prompt_id '1' stands at")
        .hasMessageContaining("rows.jsonl:1 already");
  }

  @Test
  void aMisspeltKeyIsNotTakenForAnExtraColumn() {
    Path file = write("{\"prompt\":\"Hi\",\"completion\":\"a\",\"labeller\":\"x\"}");
    assertThatThrownBy(() -> DataFiles.readDemonstrations(file))
        .hasMessageContaining("rows.jsonl:1: unknown key 'labeller'; did you mean 'labeler'?");
  }

  @Test
  void extraColumnsAreAllowed() {
    Path file =
        write("{\"prompt\":\"Hi\",\"completion\":\"a\",\"labeler\":\"x\",\"timestamp\":17}");
    assertThat(DataFiles.readDemonstrations(file)).hasSize(1);
  }

  @Test
  void whatARecordRefusesIsReportedWithItsRow() {
    Path file =
        write("{\"prompt\":\"Hi\",\"completions\":[\"a\",\"b\"],\"ranks\":[1],\"labeler\":\"x\"}");
    assertThatThrownBy(() -> DataFiles.readRankings(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl:1: a ranking of 2 completions needs 2 ranks, had 1");
  }

  @Test
  void anUnknownUseCaseListsTheKnownOnes() {
    Path file = write("{\"prompt\":\"Hi\",\"use_case\":\"poetry\"}");
    assertThatThrownBy(() -> DataFiles.readPrompts(file))
        .hasMessageContaining("use_case must be one of generation, open_qa")
        .hasMessageContaining("was \"poetry\"");
  }

  @Test
  void anUnknownQuestionInTheMetadataIsRefused() {
    Path file =
        write(
            "{\"prompt\":\"Hi\",\"completion\":\"a\",\"policy\":\"m\",\"labeler\":\"x\","
                + "\"likert\":4,\"metadata\":{\"halucination\":true}}");
    assertThatThrownBy(() -> DataFiles.readRatings(file))
        .hasMessageContaining("unknown key 'halucination' in metadata")
        .hasMessageContaining("did you mean 'hallucination'?");
  }

  private Path write(String text) {
    Path file = folder.resolve("rows.jsonl");
    AtomicFile.write(file, text);
    return file;
  }
}
