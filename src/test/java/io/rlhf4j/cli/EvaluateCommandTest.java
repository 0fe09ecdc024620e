package io.rlhf4j.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvaluateCommandTest {
  @TempDir Path folder;

  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  @Test
  void withoutASubcommandAModelIsAskedFor() {
    assertThat(run("evaluate")).isEqualTo(2);
    assertThat(err.toString()).contains("Missing required option '--model=<folder>'");
  }

  @Test
  void theOldOptionsStillReachTheOldPath() {
    assertThat(run("evaluate", "--model", folder.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("nothing to evaluate on; give --rankings FILE");
  }

  @Test
  void aMisspeltSubcommandIsNamed() {
    assertThat(run("evaluate", "output", "x")).isEqualTo(2);
    assertThat(err.toString()).contains("outputs");
  }

  @Test
  void outputsAreScoredAndWrittenInEveryForm() throws IOException {
    Path file = folder.resolve("outputs.csv");
    Files.writeString(
        file,
        "model_type,prompt_type,context,ref_text,sample\n"
            + "gpt-xl,zeroshot,\"French: merci\nEnglish:\",thank you very much,thank you very much\n"
            + "sft-xl,zeroshot,\"French: merci\nEnglish:\",thank you very much,thanks\n");
    Path results = folder.resolve("results");
    assertThat(run("evaluate", "outputs", file.toString(), "--out", results.toString())).isZero();
    assertThat(out.toString()).contains("nrefs:var|case:mixed|eff:no|tok:13a|smooth:exp");
    assertThat(results.resolve("figures.json")).exists();
    assertThat(results.resolve("figures.csv"))
        .content()
        .contains("translation,BLEU,,gpt,xl,zeroshot");
    assertThat(results.resolve("differences.csv")).exists();
    assertThat(results.resolve("report.html")).content().contains("<svg");
    Path page = folder.resolve("page.html");
    assertThat(run("evaluate", "report", results.toString(), "--page", page.toString())).isZero();
    assertThat(page).exists();
  }

  @Test
  void aBadRowIsASentenceUnlessItMayBeSkipped() throws IOException {
    Path file = folder.resolve("outputs.csv");
    Files.writeString(
        file, "model,context,sample,toxicity\nm,p,fine,0.1\nm,q,,0.2\nm,r,\"open,0.2\n");
    assertThat(run("evaluate", "outputs", file.toString())).isEqualTo(2);
    assertThat(err.toString()).contains("outputs.csv:4: a quote opens here and never closes");
    assertThat(run("evaluate", "outputs", file.toString(), "--skip-bad")).isZero();
    assertThat(out.toString()).contains("2 rows were skipped");
  }

  private int run(String... args) {
    return Main.run(
        Commands.TABLE,
        folder.resolve("crashes"),
        new PrintWriter(out, true),
        new PrintWriter(err, true),
        args);
  }
}
