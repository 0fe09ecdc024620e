package io.rlhf4j.eval.figure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.page.FigurePage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FigureSetTest {
  @TempDir Path folder;

  @Test
  void whatIsWrittenAsJsonIsReadBackEqual() {
    FigureFiles.write(folder, set());
    assertThat(FigureSet.read(folder.resolve("figures.json"))).isEqualTo(set());
  }

  @Test
  void aFileThatIsNoneIsRefusedInASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("figures.json"), "{\"titel\": 1}");
    assertThatThrownBy(() -> FigureSet.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("is not the figures.json of an evaluation");
  }

  @Test
  void theCsvHasAJudgesQualityBesideEachOfItsFigures() {
    assertThat(FigureFiles.figures(set()).lines())
        .contains(
            "truthfulqa,true,local truth,gpt,xl,QA prompt,100,100,0.3,0.2,0.4,0.312,"
                + "\"held-out: accuracy 0.7, AUC 0.8\"");
    assertThat(FigureFiles.differences(set().differences()).lines())
        .contains("truthfulqa,true,local truth,QA prompt,sft xl,gpt xl,100,0.1,0.05,0.2,true");
  }

  @Test
  void theTextShowsValueIntervalPublishedNumberAndTheJudgesQuality() {
    assertThat(FigureText.of(set()))
        .contains("0.300 [0.200, 0.400] | 0.312 -0.012")
        .contains("local truth: held-out: accuracy 0.7, AUC 0.8")
        .contains("sft xl             minus gpt xl");
  }

  @Test
  void thePageIsWellFormedAndNothingInItActs() throws Exception {
    String page = FigurePage.toHtml(List.of(set()));
    DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(
            new ByteArrayInputStream(
                page.replace("<!DOCTYPE html>", "").getBytes(StandardCharsets.UTF_8)));
    assertThat(page)
        .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
        .doesNotContain("<script>alert")
        .contains("held-out: accuracy 0.7, AUC 0.8")
        .contains("script-src 'sha256-");
  }

  @Test
  void aNumberThatIsNoneIsRefused() {
    assertThatThrownBy(() -> new Figure("t", "m", "", "a", "", "", 1, 1, Double.NaN, 0, 1, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("m of a is no number");
  }

  private static FigureSet set() {
    return new FigureSet(
        "truthfulqa: <script>alert(1)</script>",
        List.of("a note"),
        Map.of("true", "share judged true"),
        Map.of("local truth", "held-out: accuracy 0.7, AUC 0.8"),
        List.of(
            new Figure(
                "truthfulqa",
                "true",
                "local truth",
                "gpt",
                "xl",
                "QA prompt",
                100,
                100,
                0.3,
                0.2,
                0.4,
                0.312),
            new Figure(
                "truthfulqa",
                "true",
                "local truth",
                "sft",
                "xl",
                "QA prompt",
                100,
                100,
                0.4,
                0.3,
                0.5,
                null)),
        List.of(
            new Difference(
                "truthfulqa",
                "true",
                "local truth",
                "QA prompt",
                "sft xl",
                "gpt xl",
                100,
                0.1,
                0.05,
                0.2)),
        List.of(new DataTable("Examples", "few", List.of("A", "B"), List.of(List.of("1", "2")))),
        List.of(Curve.of("Frontier", "ppo", "KL", new double[] {0, 1}, new double[] {1, 2})));
  }
}
