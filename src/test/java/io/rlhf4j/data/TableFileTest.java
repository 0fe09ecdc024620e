package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TableFileTest {
  @TempDir Path folder;

  @Test
  void brokenRowsOfACsvAreLeftOutAndNamedByLine() throws IOException {
    Path file = folder.resolve("a.csv");
    Files.writeString(
        file, "a,b\n1,x\n2\n3,\"two\nlines\"\n4,\"q\"oops,y\n5,z\n6,\"never closed\n7,w\n");
    List<String> bad = new ArrayList<>();
    List<JsonValue> rows = TableFile.read(file, e -> bad.add(e.getMessage()));
    assertThat(rows.stream().map(r -> r.get("a").text())).containsExactly("1", "3", "5", "7");
    assertThat(rows.get(1).get("b").text()).isEqualTo("two\nlines");
    assertThat(bad).hasSize(3);
    assertThat(bad.get(0))
        .contains("a.csv:3: a row of 1 fields under a header of 2 columns [a, b]");
    assertThat(bad.get(1)).contains("a.csv:6: text after a closing quote");
    assertThat(bad.get(2)).contains("a.csv:8: a quote opens here and never closes");
  }

  @Test
  void rowsOnLinesOfAnotherEncodingAreLeftOut() throws IOException {
    Path file = folder.resolve("mixed.csv");
    Files.write(file, "a,b\n1,\u00e9\n2,\u00e9\n3,e\n".getBytes(StandardCharsets.UTF_8));
    byte[] bytes = Files.readAllBytes(file);
    // The second \u00e9 as Latin-1: 0xe9 alone.
    byte[] latin = "a,b\n1,\u00e9\n2,".getBytes(StandardCharsets.UTF_8);
    byte[] mixed = new byte[bytes.length - 1];
    System.arraycopy(latin, 0, mixed, 0, latin.length);
    mixed[latin.length] = (byte) 0xe9;
    System.arraycopy(
        bytes, latin.length + 2, mixed, latin.length + 1, bytes.length - latin.length - 2);
    Files.write(file, mixed);
    List<String> bad = new ArrayList<>();
    List<JsonValue> rows = TableFile.read(file, e -> bad.add(e.getMessage()));
    assertThat(rows.stream().map(r -> r.get("a").text())).containsExactly("1", "3");
    assertThat(bad).singleElement().asString().contains("mixed.csv:3: the text is not UTF-8");
    assertThatThrownBy(() -> TableFile.read(file, TableFile.REFUSE))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("mixed.csv:3");
  }

  @Test
  void brokenLinesOfJsonlAreLeftOut() throws IOException {
    Path file = folder.resolve("a.jsonl");
    Files.writeString(file, "{\"a\":1}\n{\"a\":\n\n{\"a\":2}\n");
    List<String> bad = new ArrayList<>();
    assertThat(TableFile.read(file, e -> bad.add(e.getMessage()))).hasSize(2);
    assertThat(bad).singleElement().asString().contains("a.jsonl:2: not JSON");
  }
}
