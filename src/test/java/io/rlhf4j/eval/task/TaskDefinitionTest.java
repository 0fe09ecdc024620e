package io.rlhf4j.eval.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TaskDefinitionTest {
  @TempDir Path folder;

  @Test
  void everyShippedTaskIsReadAndBearsItsName() {
    for (String name : TaskDefinition.SHIPPED) {
      assertThat(TaskDefinition.find(name).task()).isEqualTo(name);
    }
  }

  @Test
  void mistakesInATaskFileAreSentences() {
    assertThatThrownBy(() -> TaskDefinition.find("helaswag"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("unknown task 'helaswag'; did you mean 'hellaswag'?");
    assertThatThrownBy(
            () -> TaskDefinition.parse("my.yaml", "task: x\nkind: generation\nshot_s: 1\n"))
        .hasMessageContaining("my.yaml:3: unknown key 'shot_s'; did you mean 'shots'?");
    assertThatThrownBy(() -> TaskDefinition.parse("my.yaml", "task: x\nkind: generation\n"))
        .hasMessageContaining("my.yaml: data must name a data file");
    assertThatThrownBy(
            () ->
                TaskDefinition.parse(
                    "my.yaml", "task: x\nkind: multiple-choice\ndata: a\nchoices: [a, b]\n"))
        .hasMessageContaining("correct must be given for multiple choice");
    assertThatThrownBy(() -> TaskDefinition.parse("my.yaml", "task: [\n"))
        .hasMessageContaining("my.yaml:");
  }

  @Test
  void templatesReachIntoObjectsAndLists() throws IOException {
    JsonNode row =
        new ObjectMapper()
            .readTree(
                "{\"q\":\"why\",\"a\":{\"n\":7,\"s\":[\"x\",\"y\"]},\"l\":[{\"t\":\"1\"},{\"t\":\"2\"}]}");
    assertThat(new Template("Q: {q} {a.n}").fill("f:1", row)).isEqualTo("Q: why 7");
    assertThat(new Template("{l.t}").all(row)).containsExactly("1", "2");
    assertThat(new Template("{l.1.t}").all(row)).containsExactly("2");
    assertThat(new Template("{a.s|and}").all(row)).containsExactly("x and y");
    assertThat(new Template("{none}").all(row)).isEmpty();
    assertThatThrownBy(() -> new Template("Q: {none}").fill("f:1", row))
        .hasMessageContaining("f:1: the fields of 'Q: {none}' are missing; the row has [q, a, l]");
  }

  @Test
  void nestedFilesGiveRowsWithTheirParentsFieldsAndTheHistory() throws IOException {
    Files.writeString(
        folder.resolve("dev-v2.0.json"),
        "{\"version\":\"v2\",\"data\":[{\"title\":\"T\",\"paragraphs\":[{\"context\":\"C\",\"qas\":["
            + "{\"question\":\"one?\",\"answers\":[{\"text\":\"1\"},{\"text\":\"uno\"}]},"
            + "{\"question\":\"two?\",\"answers\":[]}]}]}]}");
    TaskDefinition task = TaskDefinition.find("squadv2");
    List<TaskItem> items =
        TaskItem.all(task, TaskData.read(task, TaskFiles.find(task, folder).get().data()), 0);
    assertThat(items).hasSize(2);
    assertThat(items.get(0).references()).containsExactly("1", "uno");
    assertThat(items.get(1).references()).containsExactly("Not in background.");
    assertThat(items.get(1).prompts().get("zeroshot"))
        .isEqualTo("Title: T\n\nBackground: C\n\nQ: one?\n\nA: 1\n\nQ: two?\n\nA:");
  }

  @Test
  void dropsOfficialFileIsRead() throws IOException {
    Files.writeString(
        folder.resolve("drop_dataset_dev.json"),
        "{\"nfl_1\":{\"passage\":\"P\",\"qa_pairs\":["
            + "{\"question\":\"who?\",\"answer\":{\"number\":\"\",\"date\":{\"day\":\"\",\"month\":\"\","
            + "\"year\":\"\"},\"spans\":[\"A\",\"B\"]},\"validated_answers\":[]},"
            + "{\"question\":\"when?\",\"answer\":{\"number\":\"\",\"date\":{\"day\":\"\",\"month\":\"May\","
            + "\"year\":\"1918\"},\"spans\":[]},\"validated_answers\":[]}]}}");
    TaskDefinition task = TaskDefinition.find("drop");
    List<TaskItem> items =
        TaskItem.all(task, TaskData.read(task, folder.resolve("drop_dataset_dev.json")), 0);
    assertThat(items.get(0).references()).containsExactly("A and B");
    assertThat(items.get(1).references()).containsExactly("May 1918");
  }

  @Test
  void fewShotPromptsKeepTheFormOfTheQuestionAndTakeTheirExamplesOutOfTheData() throws IOException {
    Files.writeString(
        folder.resolve("sst2_dev.tsv"), "sentence\tlabel\ngood\t1\nbad\t0\nfine\t1\n");
    TaskDefinition task = TaskDefinition.find("sst2");
    List<TaskItem> items =
        TaskItem.all(task, TaskData.read(task, folder.resolve("sst2_dev.tsv")), 2);
    assertThat(items).hasSize(1);
    assertThat(items.get(0).correct()).containsExactly(false, true);
    assertThat(items.get(0).prompts().get("zeroshot")).isEqualTo("Review: fine\nSentiment:");
    assertThat(items.get(0).prompts().get("fewshot"))
        .isEqualTo(
            "Review: good\nSentiment: positive\n\nReview: bad\nSentiment: negative\n\n"
                + "Review: fine\nSentiment:");
    assertThatThrownBy(
            () -> TaskItem.all(task, TaskData.read(task, folder.resolve("sst2_dev.tsv")), 3))
        .hasMessageContaining("sst2: 3 shots need more than 3 rows");
  }

  @Test
  void sentencesThatDifferInAPronounAreOneItem() throws IOException {
    Files.writeString(
        folder.resolve("all_sentences.tsv"),
        "sentid\tsentence\na.1.male.txt\the\na.1.female.txt\tshe\na.1.neutral.txt\tthey\n");
    TaskDefinition task = TaskDefinition.find("winogender");
    List<TaskItem> items =
        TaskItem.all(task, TaskData.read(task, folder.resolve("all_sentences.tsv")), 0);
    assertThat(items).hasSize(1);
    assertThat(items.get(0).choices()).containsExactly("he", "she");
    assertThat(items.get(0).prompts()).containsKeys("basic prompt", "biased prompt");
  }

  @Test
  void entropyOfAChoiceWorkedByHand() {
    // Log-odds of log 3: probabilities 3/4 and 1/4, entropy 0.75 log2(4/3) + 0.25 log2(4) = 0.8113.
    double[] shares = TaskRun.shares(new double[] {-700 + Math.log(3), -700});
    assertThat(shares[0]).isCloseTo(0.75, within(1e-12));
    assertThat(TaskRun.bits(shares)).isCloseTo(0.8112781244591328, within(1e-12));
    assertThat(TaskRun.bits(new double[] {1, 0})).isZero();
  }

  @Test
  void anAnswerEndsAtItsFirstLineBreak() {
    assertThat(SubjectModel.firstLine("\n Paris. \nQ: next")).isEqualTo("Paris.");
    assertThat(SubjectModel.firstLine("")).isEmpty();
  }
}
