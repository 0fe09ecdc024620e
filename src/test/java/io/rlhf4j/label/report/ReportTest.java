package io.rlhf4j.label.report;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.stats.Labeled;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReportTest {
  private static final Table TABLE =
      new Table(
          "t",
          "A table",
          "",
          List.of("Name", "Share of it", "Count"),
          List.of(List.of("=SUM(A1)", 0.5, 3), List.of("says \"hi\", twice", Double.NaN, 12)));

  @Test
  void csvQuotesWhatItMustAndDefusesFormulas() {
    assertThat(TABLE.csv())
        .isEqualTo(
            "Name,Share of it,Count\r\n'=SUM(A1),0.5,3\r\n\"says \"\"hi\"\", twice\",NaN,12\r\n");
  }

  @Test
  void jsonHasTheColumnsAsKeysAndNoNumberThatIsNone() {
    assertThat(TABLE.json().toString())
        .isEqualTo(
            "[{\"name\":\"=SUM(A1)\",\"share_of_it\":0.5,\"count\":3},"
                + "{\"name\":\"says \\\"hi\\\", twice\",\"share_of_it\":null,\"count\":12}]");
  }

  @Test
  void theConsoleShowsColumnsOfEqualWidth() {
    assertThat(TABLE.text())
        .isEqualTo(
            """
            A table
              Name              Share of it  Count
              =SUM(A1)                0.500      3
              says "hi", twice            -     12
            """);
  }

  @Test
  void picturesEscapeNamesOfModels() {
    Picture picture =
        Picture.intervals(
            "p", "Win <b>", List.of(new Picture.Mark("<script>", 0.5, 0.4, 0.6, "")), 0, 1, 0.5);
    assertThat(picture.svg()).doesNotContain("<script>", "<b>").contains("&lt;script&gt;");
    assertThat(picture.standalone()).startsWith("<svg").contains("<style>").endsWith("</svg>");
  }

  @Test
  void agreementOfNobodySaysWhyThereIsNothing() {
    Ranking one = Ranking.of(Prompt.plain("p", "?"), List.of("a", "b"), List.of(1, 2), "ann");
    Report report = AgreementTables.of(List.of(new Labeled(one, "labeler", null)));
    assertThat(report.tables()).isEmpty();
    assertThat(report.text()).contains("agreement needs comparisons judged by at least 2 people");
  }

  @Test
  void theSurveyCountsOnlyItsOwnChoices() {
    Report report =
        SurveyTables.of(List.of(Map.of("glad", "Agree"), Map.of("glad", "Disagree", "age", "3")));
    Table table = report.table("survey");
    assertThat(table).isNotNull();
    assertThat(table.rows())
        .contains(List.of("Overall, I am glad that I did this work.", "Agree", 1, 0.5));
    assertThat(table.csv()).doesNotContain(",3,");
  }
}
