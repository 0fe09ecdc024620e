package io.rlhf4j.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportJsonTest {
  @TempDir Path folder;

  @Test
  void aReportReadsBackAsItWasWritten() throws IOException {
    Report report = FakeReport.full().build();
    Path file = folder.resolve("run/report.json");
    ReportJson.write(report, file);
    assertThat(ReportJson.read(file)).isEqualTo(report);
    assertThat(Files.list(folder.resolve("run"))).containsExactly(file);
  }

  @Test
  void aReportWithNothingMeasuredReadsBackToo() {
    Path file = folder.resolve("report.json");
    ReportJson.write(FakeReport.empty(), file);
    assertThat(ReportJson.read(file)).isEqualTo(FakeReport.empty());
  }

  /** Other people's programs read these keys: a change here breaks them. */
  @Test
  void theKeysAreTheRecordedOnes() throws IOException {
    JsonNode tree = new JsonMapper().readTree(ReportJson.toJson(FakeReport.full().build()));
    TreeSet<String> keys = new TreeSet<>();
    collectKeys(tree, "", keys);
    assertThat(String.join("\n", keys)).isEqualTo(String.join("\n", recordedKeys()));
  }

  @Test
  void everyKeyIsDocumented() throws IOException {
    String manual = Files.readString(Path.of("docs", "report.md"));
    for (String key : recordedKeys()) {
      String name = key.substring(key.lastIndexOf('.') + 1);
      assertThat(manual).containsPattern("\\b" + name + "\\b");
    }
  }

  @Test
  void aNumberThatIsNotFiniteIsRefusedByItsKey() {
    Report bad =
        FakeReport.full()
            .stage(new Report.Stage("broken", 1, Double.NaN, 1, 0, 0, List.of()))
            .build();
    assertThatThrownBy(() -> ReportJson.toJson(bad))
        .isInstanceOf(InputException.class)
        .hasMessage(
            "report.stages[6].wallSeconds must be a finite number, was NaN; leave it null when it"
                + " could not be measured");
  }

  @Test
  void aRefusedReportLeavesTheOldFileAlone() {
    Path file = folder.resolve("report.json");
    ReportJson.write(FakeReport.empty(), file);
    Report bad =
        Report.of(FakeReport.run())
            .frontier(List.of(new Report.FrontierPoint("PPO", "s", 1, 1, 1 / 0.0, null)))
            .build();
    assertThatThrownBy(() -> ReportJson.write(bad, file)).isInstanceOf(InputException.class);
    assertThat(ReportJson.read(file)).isEqualTo(FakeReport.empty());
  }

  @Test
  void aFileOfAnotherFormatIsRefusedWithASentence() throws IOException {
    Path file = Files.writeString(folder.resolve("report.json"), "{\"format\": 99}");
    assertThatThrownBy(() -> ReportJson.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("format must be 1, was 99");
  }

  @Test
  void aMissingFileOrKeyIsRefusedWithASentence() throws IOException {
    assertThatThrownBy(() -> ReportJson.read(folder.resolve("none.json")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("none.json");
    Path file = Files.writeString(folder.resolve("report.json"), "{\"format\": 1}");
    assertThatThrownBy(() -> ReportJson.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("report.json is not a report.json of this version");
  }

  @Test
  void aRateOutsideItsIntervalIsRefused() {
    assertThatThrownBy(() -> new Rate(0.5, 0.6, 0.7)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Rate(Double.NaN, 0, 1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Rate(0.9, 0.8, 1.1)).isInstanceOf(InputException.class);
    assertThatThrownBy(() -> new Mean(Double.NaN, 0, 1)).isInstanceOf(InputException.class);
  }

  @Test
  void aStepThatWasNotFiniteIsAGapInItsCurve() {
    Curve curve = Curve.of("c", "s", "step", new double[] {1, 2}, new double[] {1 / 0.0, 3});
    assertThat(curve.y()).isEqualTo(Arrays.asList(null, 3.0));
    assertThatThrownBy(() -> Curve.of("c", "s", "step", new double[2], new double[3]))
        .isInstanceOf(InputException.class)
        .hasMessage("curve 'c' / 's' needs as many y as x, had 3 and 2");
  }

  private static List<String> recordedKeys() throws IOException {
    try (InputStream in = ReportJsonTest.class.getResourceAsStream("report-keys.txt")) {
      assertThat(in).isNotNull();
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    }
  }

  private static void collectKeys(JsonNode node, String prefix, TreeSet<String> keys) {
    node.properties()
        .forEach(
            entry -> {
              keys.add(prefix + entry.getKey());
              collectKeys(entry.getValue(), prefix + entry.getKey() + ".", keys);
            });
    for (JsonNode element : node.isArray() ? node : List.<JsonNode>of()) {
      collectKeys(element, prefix, keys);
    }
  }
}
