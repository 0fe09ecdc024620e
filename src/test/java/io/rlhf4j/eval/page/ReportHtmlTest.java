package io.rlhf4j.eval.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.eval.Curve;
import io.rlhf4j.eval.FakeReport;
import io.rlhf4j.eval.LabelersResult;
import io.rlhf4j.eval.Report;
import io.rlhf4j.eval.Report.Answer;
import io.rlhf4j.eval.Report.Sample;
import io.rlhf4j.eval.ReportBuilder;
import io.rlhf4j.eval.RewardModelResult;
import io.rlhf4j.eval.StaircaseStep;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import javax.xml.parsers.DocumentBuilder;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import org.xml.sax.SAXException;

class ReportHtmlTest {
  private static final String EVIL =
      "</p><script>alert('x')</script><img src=x onerror=\"y\">&\u0000";

  @TempDir Path folder;

  @Test
  void thePageAndEveryDrawingInItAreWellFormed() {
    Document page = parse(ReportHtml.toHtml(FakeReport.full().build()));
    NodeList drawings = page.getElementsByTagName("svg");
    assertThat(drawings.getLength()).isGreaterThan(20);
    for (int i = 0; i < drawings.getLength(); i++) {
      Element svg = (Element) drawings.item(i);
      assertThat(svg.getElementsByTagName("title").item(0).getTextContent()).isNotBlank();
      assertThat(svg.getElementsByTagName("desc").item(0).getTextContent()).isNotBlank();
    }
  }

  @Test
  void thePageAsksNothingOfTheNetworkAndRunsNothing() {
    String page = ReportHtml.toHtml(FakeReport.full().build());
    assertThat(page.replace("http://www.w3.org/2000/svg", ""))
        .doesNotContain("http://", "https://");
    assertThat(page).doesNotContain("<script", "src=", "@import", "url(", "<link");
    assertThat(page).contains("default-src 'none'");
  }

  @Test
  void everyPartHasItsPlaceInTheContents() {
    Document page = parse(ReportHtml.toHtml(FakeReport.full().build()));
    NodeList links = page.getElementsByTagName("a");
    NodeList sections = page.getElementsByTagName("section");
    assertThat(sections.getLength()).isEqualTo(13);
    assertThat(links.getLength()).isEqualTo(13);
    for (int i = 0; i < 13; i++) {
      String id = ((Element) sections.item(i)).getAttribute("id");
      assertThat(((Element) links.item(i)).getAttribute("href")).isEqualTo("#" + id);
    }
  }

  @Test
  void whatAnyoneWroteIsShownAndNeverActs() {
    Report.Run run =
        new Report.Run(
            EVIL, List.of(1L), EVIL, EVIL, List.of(new Report.Version(EVIL, EVIL)), EVIL, 1);
    Report report =
        Report.of(run)
            .staircase(List.of(unmeasured(EVIL, EVIL)))
            .samples(
                List.of(
                    new Sample(
                        EVIL,
                        EVIL,
                        true,
                        EVIL,
                        List.of(new Answer(EVIL, EVIL, EVIL, 3.0, List.of(EVIL))))))
            .stage(new Report.Stage(EVIL, 1, 1, 1, 1, 1, List.of(new Report.Metric(EVIL, 1))))
            .curve(Curve.of(EVIL, EVIL, EVIL, new double[] {1, 2}, new double[] {1, 2}))
            .frontier(List.of(new Report.FrontierPoint(EVIL, EVIL, 1, 1, 1, 1.0)))
            .diversity(List.of(new Report.Diversity(EVIL, EVIL, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0)))
            .contest(new Report.Contest(EVIL, EVIL, 1, EVIL, EVIL, 2, FakeReport.rate(0.5, 10), 2))
            .labelers(
                new LabelersResult(
                    null,
                    null,
                    1,
                    1,
                    null,
                    List.of(),
                    List.of(new LabelersResult.Labeler(EVIL, true, 1, null, null))))
            .seed(
                new Report.SeedResult(
                    1, List.of(EVIL), List.of(new Report.SeedStep(EVIL, EVIL, null, null))))
            .note(EVIL)
            .build();
    String html = ReportHtml.toHtml(report);
    assertThat(html).doesNotContain("<script", "<img", "\u0000");
    Document page = parse(html);
    // What is read on the page is what was written, but for the one character XML forbids.
    assertThat(page.getElementsByTagName("blockquote").item(0).getTextContent())
        .isEqualTo(EVIL.replace('\u0000', '\uFFFD'));
    assertThat(page.getElementsByTagName("script").getLength()).isZero();
  }

  @Test
  void whatWasNotMeasuredIsADash() {
    Report report =
        Report.of(FakeReport.run()).staircase(List.of(unmeasured("GPT", "large"))).build();
    Document page = parse(ReportHtml.toHtml(report));
    NodeList cells =
        ((Element) page.getElementsByTagName("tbody").item(0)).getElementsByTagName("td");
    // size, parameters, and ten measurements
    assertThat(cells.getLength()).isEqualTo(12);
    for (int i = 2; i < cells.getLength(); i++) {
      assertThat(cells.item(i).getTextContent()).isEqualTo("–");
    }
  }

  @Test
  void emptyListsLeaveTheirPartOut() {
    String html = ReportHtml.toHtml(FakeReport.empty());
    Document page = parse(html);
    NodeList sections = page.getElementsByTagName("section");
    assertThat(sections.getLength()).isEqualTo(2);
    assertThat(((Element) sections.item(0)).getAttribute("id")).isEqualTo("findings");
    assertThat(((Element) sections.item(1)).getAttribute("id")).isEqualTo("making");
    assertThat(html).contains("Nothing that the paper compares was measured in this run.");
  }

  @Test
  void partsThatAreThereButEmptyDoNotBreakThePage() {
    ReportBuilder report = Report.of(FakeReport.run());
    report.rewardModel(new RewardModelResult(0, 0, null, null, null, null, List.of()));
    report.labelers(new LabelersResult(null, null, 0, 0, null, List.of(), List.of()));
    report.samples(List.of(new Sample("prompt", null, true, null, List.of())));
    report.samples(
        List.of(
            new Sample(
                "p", null, false, null, List.of(new Answer("GPT", "", "", null, List.of())))));
    report.curve(new Curve("chart", "series", "step", List.of(), List.of()));
    report.curve(new Curve("gap", "series", "step", List.of(1.0), Arrays.asList((Double) null)));
    report.diversity(List.of(new Report.Diversity("GPT", "", null, null, null, null, null, null)));
    report.seed(new Report.SeedResult(1, List.of(), List.of()));
    Document page = parse(ReportHtml.toHtml(report.build()));
    assertThat(page.getElementsByTagName("blockquote").getLength()).isEqualTo(2);
  }

  @Test
  void aNumberThatIsNotFiniteIsRefusedAndTheOldPageStays() throws IOException {
    Path file = folder.resolve("report.html");
    ReportHtml.write(FakeReport.empty(), file);
    String before = Files.readString(file);
    Report bad =
        FakeReport.full()
            .frontier(List.of(new Report.FrontierPoint("PPO", "large", 1, Double.NaN, 1, null)))
            .build();
    assertThatThrownBy(() -> ReportHtml.write(bad, file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("report.frontier[22].kl must be a finite number, was NaN");
    assertThat(Files.readString(file)).isEqualTo(before);
  }

  @Test
  void thePageIsTheSameForTheSameReport() {
    assertThat(ReportHtml.toHtml(FakeReport.full().build()))
        .isEqualTo(ReportHtml.toHtml(FakeReport.full().build()));
  }

  /** To look at: the page of the made-up report stays in the build folder. */
  @Test
  void thePageCanBeOpenedFromTheBuildFolder() {
    Path file = Path.of("target", "fake-report.html");
    ReportHtml.write(FakeReport.full().build(), file);
    assertThat(file).isNotEmptyFile();
  }

  private static StaircaseStep unmeasured(String model, String size) {
    return new StaircaseStep(
        model,
        size,
        1000,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        null,
        StaircaseStep.Rudeness.NONE,
        StaircaseStep.TaxAccuracy.NONE,
        null,
        null,
        null,
        null);
  }

  private static Document parse(String xml) {
    try {
      DocumentBuilder builder = DocumentBuilderFactory.newInstance().newDocumentBuilder();
      return builder.parse(new ByteArrayInputStream(xml.getBytes(StandardCharsets.UTF_8)));
    } catch (ParserConfigurationException | SAXException | IOException e) {
      throw new AssertionError("the page is not well-formed", e);
    }
  }
}
