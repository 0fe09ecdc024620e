package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files whose columns have names of their own. */
class ColumnNamesTest {
  @TempDir Path folder = Path.of("");

  @Test
  void promptsComeFromTheColumnThatIsNamed() throws IOException {
    Path file = file("questions.csv", "id,question,asker\n1,\"Why, then?\",u7\n2,How?,u8\n");
    List<Prompt> prompts =
        DatasetReader.open(file, ColumnNames.parse(" prompt = question,user=asker")).prompts();
    assertThat(prompts).extracting(Prompt::text).containsExactly("Why, then?", "How?");
    assertThat(prompts).extracting(Prompt::user).containsExactly("u7", "u8");
  }

  @Test
  void aColumnThatOnlyLooksLikeOneOfOursIsNotRead() throws IOException {
    // By itself this file would be taken for alpaca: instruction and output.
    Path file =
        file(
            "mixed.jsonl",
            "{'instruction':'Be kind.','output':'-','q':'Why?','a':'So.'}".replace('\'', '"'));
    assertThat(DatasetReader.readDemonstrations(file).get(0).completion()).isEqualTo("-");
    Demonstration named =
        DatasetReader.open(file, ColumnNames.parse("prompt=q,completion=a"))
            .demonstrations()
            .get(0);
    assertThat(named.prompt().text()).isEqualTo("Why?");
    assertThat(named.completion()).isEqualTo("So.");
  }

  @Test
  void outputsAndTheirModelsComeFromTheColumnsThatAreNamed() throws IOException {
    Path file =
        file("all.tsv", "question\tanswer\tsystem\nWhy?\tSo.\tsmall\nWhy?\tBecause.\tlarge\n");
    ColumnNames columns = ColumnNames.parse("prompt=question,output=answer,policy=system");
    assertThat(ModelOutputs.read(List.of(file), columns))
        .singleElement()
        .satisfies(
            one ->
                assertThat(one.completions())
                    .extracting(Completion::policy, Completion::text)
                    .containsExactly(tuple("small", "So."), tuple("large", "Because.")));
  }

  @Test
  void namesMayBeExchanged() throws IOException {
    Path file = file("swapped.csv", "prompt,completion\nSo.,Why?\n");
    Demonstration named =
        DatasetReader.open(file, ColumnNames.parse("prompt=completion,completion=prompt"))
            .demonstrations()
            .get(0);
    assertThat(named.prompt().text()).isEqualTo("Why?");
    assertThat(named.completion()).isEqualTo("So.");
  }

  @Test
  void aColumnThatIsNotThereIsRefusedWithThoseThatAre() throws IOException {
    Path file = file("questions.csv", "id,question\n1,Why?\n");
    assertThatThrownBy(() -> DatasetReader.open(file, ColumnNames.parse("prompt=qestion")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(
            "questions.csv:2: there is no column 'qestion' to be read as 'prompt'")
        .hasMessageContaining("(did you mean 'question'?)")
        .hasMessageContaining("the columns found are [id, question]");
  }

  @Test
  void whatCannotBeMeantIsRefused() {
    refused("prompt", "named as OURS=YOURS");
    refused("prompt=a,,output=b", "named as OURS=YOURS");
    refused("promt=a", "cannot be read as 'promt' (did you mean 'prompt'?); it can be read as [pr");
    refused("prompt=a,prompt=b", "two columns cannot both be read as 'prompt'");
    assertThat(ColumnNames.parse(" ")).isEqualTo(ColumnNames.ours());
    assertThat(ColumnNames.parse("prompt=a=b").own()).isEqualTo(Map.of("prompt", "a=b"));
  }

  private static void refused(String text, String sentence) {
    assertThatThrownBy(() -> ColumnNames.parse(text))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(sentence);
  }

  private Path file(String name, String text) throws IOException {
    return Files.writeString(folder.resolve(name), text);
  }
}
