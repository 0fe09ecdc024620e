package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonlTest {
  @TempDir Path folder;

  @Test
  void rowsComeInOrderWithTheirLineNumbers() {
    List<JsonValue> rows = Jsonl.read(file("{\"a\":1}\n\n{\"a\":2}\r\n{\"a\":3}"));
    assertThat(rows).extracting(row -> row.get("a").integer()).containsExactly(1, 2, 3);
    assertThat(rows.get(1).where()).endsWith("rows.jsonl:3");
  }

  @Test
  void aByteOrderMarkIsNoPartOfTheFirstRow() {
    assertThat(Jsonl.read(file("\uFEFF{\"a\":\"x\"}\n")).get(0).get("a").text()).isEqualTo("x");
  }

  @Test
  void linesLongerThanTheBufferStayWhole() {
    String text = "é".repeat(200_000);
    assertThat(Jsonl.read(file("{\"a\":\"" + text + "\"}\n{\"a\":\"b\"}")))
        .extracting(row -> row.get("a").text())
        .containsExactly(text, "b");
  }

  @Test
  void brokenJsonIsReportedWithFileAndLine() {
    assertThatThrownBy(() -> Jsonl.read(file("{\"a\":1}\n{\"a\":")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl:2: not JSON");
  }

  @Test
  void textAfterTheValueIsAnError() {
    assertThatThrownBy(() -> Jsonl.read(file("{\"a\":1} {\"a\":2}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl:1");
  }

  @Test
  void aKeyGivenTwiceIsAnError() {
    assertThatThrownBy(() -> Jsonl.read(file("{\"a\":1,\"a\":2}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("Duplicate");
  }

  @Test
  void brokenUtf8IsReportedWithFileLineAndByte() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    bytes.writeBytes("{\"a\":\"fine\"}\n{\"a\":\"".getBytes(StandardCharsets.UTF_8));
    bytes.write(0xE9); // é in Latin-1
    bytes.writeBytes("\"}\n".getBytes(StandardCharsets.UTF_8));
    Path file = folder.resolve("latin.jsonl");
    Files.write(file, bytes.toByteArray());
    assertThatThrownBy(() -> Jsonl.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("latin.jsonl:2: the text is not UTF-8: byte 7 of the line is 0xe9");
  }

  @Test
  void halfACharacterIsReportedWithFileAndLine() {
    assertThat(Jsonl.read(file("{\"a\":\"\\ud83d\\ude00\"}")).get(0).get("a").text())
        .isEqualTo("😀");
    assertThatThrownBy(() -> Jsonl.read(file("{\"a\":[\"\\ud83d\"]}")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl:1")
        .hasMessageContaining("surrogate");
  }

  @Test
  void gzippedFilesAreReadAndWrittenByTheirName() throws IOException {
    Path file = folder.resolve("rows.jsonl.gz");
    Jsonl.write(file, List.of(JsonNodeFactory.instance.objectNode().put("a", "ü")));
    assertThat(Files.readAllBytes(file)[0]).isEqualTo((byte) 0x1f);
    assertThat(Jsonl.read(file).get(0).get("a").text()).isEqualTo("ü");
  }

  @Test
  void aCutGzipFileIsAnErrorNotAShorterDataSet() throws IOException {
    Path file = folder.resolve("rows.jsonl.gz");
    Jsonl.write(file, List.of(JsonNodeFactory.instance.objectNode().put("a", "x".repeat(100))));
    byte[] whole = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(whole, whole.length - 9));
    assertThatThrownBy(() -> Jsonl.read(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("rows.jsonl.gz");
  }

  @Test
  void aMissingFileIsSaidInASentence() {
    assertThatThrownBy(() -> Jsonl.read(folder.resolve("none.jsonl")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("there is no file")
        .hasMessageContaining("none.jsonl");
  }

  @Test
  void aWrongTypeNamesPathRuleAndValue() {
    JsonValue row = Jsonl.read(file("{\"a\":[{\"b\":\"yes\"}]}")).get(0);
    assertThatThrownBy(() -> row.get("a").items().get(0).get("b").bool())
        .hasMessageEndingWith("rows.jsonl:1: a[0].b must be true or false, was \"yes\"");
    assertThatThrownBy(() -> row.get("c"))
        .hasMessageEndingWith("rows.jsonl:1: key 'c' is missing; the keys found are [a]");
  }

  private Path file(String text) {
    Path file = folder.resolve("rows.jsonl");
    AtomicFile.write(file, text);
    return file;
  }
}
