package io.rlhf4j.eval.output;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OutputFileTest {
  private static final OutputFile.Rules STRICT = new OutputFile.Rules(false, false);
  private static final OutputFile.Rules SKIP = new OutputFile.Rules(true, false);

  @TempDir Path folder;

  @Test
  void theTaskIsToldFromColumnsAndPrompts() throws IOException {
    String head = "model_type,prompt_type,context,ref_text,sample\n";
    assertThat(task(head + "gpt-xl,zeroshot,\"French: merci\nEnglish:\",thanks,thank you\n"))
        .isEqualTo(OutputTask.TRANSLATION);
    assertThat(task(head + "gpt-xl,zeroshot,\"Passage: a\nQuestion: b\nAnswer:\",1|2,1\n"))
        .isEqualTo(OutputTask.DROP);
    assertThat(task(head + "gpt-xl,few,\"Background: a\n\nQ: b\n\nA:\",x,Not in background.\n"))
        .isEqualTo(OutputTask.SQUADV2);
    assertThat(task("model_type,context,ref_text,sample\ngpt-xl,\"p\n\nTL;DR:\",r,s\n"))
        .isEqualTo(OutputTask.SUMMARY);
    assertThat(task("model,prompt,completion\nm,p,c\n")).isEqualTo(OutputTask.TOXICITY);
    assertThat(task("model,question,answer\nm,p,c\n")).isEqualTo(OutputTask.TRUTHFULQA);
  }

  @Test
  void aModelsNameIsPartedFromItsSize() throws IOException {
    Path file = file("model,prompt,output\nppo-ptx-1.3b,p,c\nmine,p,c\n");
    OutputFile read = OutputFile.read(file, null, STRICT);
    assertThat(read.rows().get(0).model()).isEqualTo("ppo-ptx");
    assertThat(read.rows().get(0).size()).isEqualTo("1.3b");
    assertThat(read.rows().get(1).model()).isEqualTo("mine");
    assertThat(read.rows().get(1).size()).isEmpty();
  }

  @Test
  void aMissingColumnIsNamedWithThoseExpectedAndFound() throws IOException {
    Path file = file("model,context,sample\nm,p,c\n");
    assertThatThrownBy(() -> OutputFile.read(file, OutputTask.DROP, STRICT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("outputs.csv:2: column ref_text or reference")
        .hasMessageContaining("is missing; the columns found are [model, context, sample]")
        .hasMessageContaining("drop needs the columns model_type or model, context or prompt");
  }

  @Test
  void badRowsAreRefusedByLineOrSkippedAndCounted() throws IOException {
    Path file =
        file(
            "model,context,ref_text,sample,more\n"
                + "m,\"Passage: a\nAnswer:\",x,x,\n"
                + "m,\"Passage: b\nAnswer:\",,x,\n" // no reference
                + "m,\"Passage: c\nAnswer:\",x, ,\n" // no output
                + "m,broken\n"
                + "m,\"Passage: d\nAnswer:\",x,y,\n");
    assertThatThrownBy(() -> OutputFile.read(file, OutputTask.DROP, STRICT))
        .hasMessageContaining("outputs.csv:8: a row of 2 fields");
    OutputFile read = OutputFile.read(file, OutputTask.DROP, SKIP);
    assertThat(read.rows()).hasSize(2);
    assertThat(read.skipped()).hasSize(3);
    assertThat(read.skipped().get(1)).contains("outputs.csv:4", "'ref_text' holds no reference");
    assertThat(read.skipped().get(2)).contains("outputs.csv:6", "'sample' is empty");
    assertThat(OutputFile.read(file, OutputTask.DROP, new OutputFile.Rules(true, true)).rows())
        .hasSize(3);
  }

  @Test
  void aScoreThatIsNoneIsRefused() throws IOException {
    Path file = file("model,context,sample,toxicity\nm,p,c,high\n");
    assertThatThrownBy(() -> OutputFile.read(file, null, STRICT))
        .hasMessageContaining("outputs.csv:2: toxicity must be a number in 0..1, was \"high\"");
  }

  @Test
  void anUnknownTaskIsAnsweredWithTheKnownOnes() {
    assertThatThrownBy(() -> OutputTask.of("drip"))
        .hasMessageContaining("unknown task 'drip'; the tasks for outputs are truthfulqa,");
  }

  private OutputTask task(String csv) throws IOException {
    return OutputFile.read(file(csv), null, STRICT).task();
  }

  private Path file(String csv) throws IOException {
    return Files.writeString(folder.resolve("outputs.csv"), csv);
  }
}
