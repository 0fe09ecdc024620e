package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;

class CsvTest {
  @Test
  void quotedFieldsMayHoldSeparatorsQuotesAndLineEnds() {
    List<JsonValue> rows = Csv.parse("f.csv", "a,b\n\"1,5\",\"say \"\"hi\"\"\nnow\"\n2,\n", ',');
    assertThat(rows).hasSize(2);
    assertThat(rows.get(0).get("a").text()).isEqualTo("1,5");
    assertThat(rows.get(0).get("b").text()).isEqualTo("say \"hi\"\nnow");
    assertThat(rows.get(1).get("b").text()).isEmpty();
    // The first row spans lines 2 and 3.
    assertThat(rows.get(1).where()).isEqualTo("f.csv:4");
  }

  @Test
  void aRowOfTheWrongLengthIsAnErrorWithItsLine() {
    assertThatThrownBy(() -> Csv.parse("f.csv", "a,b\n1,2\n1,2,3\n", ','))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("f.csv:3: a row of 3 fields under a header of 2 columns [a, b]");
  }

  @Test
  void anOpenQuoteIsAnErrorWithTheLineWhereItOpened() {
    assertThatThrownBy(() -> Csv.parse("f.csv", "a,b\n1,\"x\ny\n", ','))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("f.csv:2: a quote opens here");
  }

  @Test
  void textBehindAClosingQuoteIsAnError() {
    assertThatThrownBy(() -> Csv.parse("f.csv", "a\n\"x\"y\n", ','))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("f.csv:2");
  }

  @Property(tries = 200)
  void whatIsQuotedByTheRulesComesBackEqual(@ForAll("fields") List<String> fields) {
    StringBuilder text = new StringBuilder("a,b,c\n");
    for (int i = 0; i < 3; i++) {
      String quoted = '"' + fields.get(i).replace("\"", "\"\"") + '"';
      text.append(i == 0 ? "" : ",").append(quoted);
    }
    JsonValue row = Csv.parse("f.csv", text.toString(), ',').get(0);
    assertThat(List.of(row.get("a").text(), row.get("b").text(), row.get("c").text()))
        .isEqualTo(fields);
  }

  @Provide
  static Arbitrary<List<String>> fields() {
    return Arbitraries.strings().withChars("ab,\"\n \t").ofMaxLength(8).list().ofSize(3);
  }
}
