package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jerolba.carpet.CarpetWriter;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Parquet and Arrow files hold the same rows as JSON Lines, and are refused in the same manner. */
class ColumnarFileTest {
  /** As in conversational data sets: a list of structs. */
  public record Turn(String role, String content) {}

  public record Pair(
      @Nullable List<Turn> prompt,
      List<Turn> chosen,
      List<Turn> rejected,
      @Nullable Double score) {}

  public record Said(String prompt, @Nullable String completion, boolean label) {}

  @TempDir Path folder;

  private static Pair pair(int i) {
    return new Pair(
        List.of(new Turn("user", "Why " + i + "?")),
        List.of(new Turn("assistant", "Because é" + i)),
        List.of(new Turn("assistant", "No.")),
        i % 2 == 0 ? null : i / 4.0);
  }

  private <T> Path parquet(Class<T> type, List<T> rows, CompressionCodecName codec)
      throws IOException {
    Path file = folder.resolve("rows.parquet");
    try (CarpetWriter<T> writer =
        new CarpetWriter.Builder<>(new FileOutputStream(file.toFile()), type)
            .withCompressionCodec(codec)
            .withRowGroupSize(4096L) // so that there are several
            .build()) {
      writer.write(rows);
    }
    return file;
  }

  @ParameterizedTest
  @EnumSource(
      value = CompressionCodecName.class,
      names = {"UNCOMPRESSED", "SNAPPY", "GZIP", "ZSTD", "LZ4_RAW"})
  void messagesInParquetAreMessages(CompressionCodecName codec) throws IOException {
    List<Pair> rows = new ArrayList<>();
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      rows.add(pair(i));
      lines.add(
          "{'prompt':[{'role':'user','content':'Why %1$d?'}],'chosen':[{'role':'assistant','content':'Because é%1$d'}],'rejected':[{'role':'assistant','content':'No.'}]}"
              .formatted(i)
              .replace('\'', '"'));
    }
    Path jsonl = Files.write(folder.resolve("rows.jsonl"), lines);
    assertThat(DatasetReader.readComparisons(parquet(Pair.class, rows, codec)))
        .isEqualTo(DatasetReader.readComparisons(jsonl));
  }

  @Test
  void aNullIsAnAbsentKeyAndARowIsNamedByItsNumber() throws IOException {
    Path file =
        parquet(
            Said.class,
            List.of(new Said("a", "b", true), new Said("c", null, false)),
            CompressionCodecName.SNAPPY);
    // 'label' makes the file unpaired, which needs a completion in every row.
    assertThatThrownBy(() -> DatasetReader.readPrompts(file))
        .isInstanceOf(InputException.class)
        .hasMessage(
            file
                + ", row 2: this row has the keys [prompt, label], but the first row made the file"
                + " unpaired, which needs the keys [prompt, completion, label]");
  }

  @Test
  void whatIsNoParquetOrWasCutIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.parquet"), "{\"prompt\": \"Why?\"}\n");
    refused(text, "text.parquet: a Parquet file begins and ends with PAR1");
    Path whole =
        parquet(Said.class, List.of(new Said("a", "b", true)), CompressionCodecName.SNAPPY);
    byte[] bytes = Files.readAllBytes(whole);
    Path cut = Files.write(folder.resolve("cut.parquet"), Arrays.copyOf(bytes, bytes.length - 40));
    refused(cut, "cut.parquet: a Parquet file begins and ends with PAR1", "copy it again");
    Arrays.fill(bytes, 4, bytes.length / 2, (byte) 7);
    Path damaged = Files.write(folder.resolve("damaged.parquet"), bytes);
    refused(damaged, "damaged.parquet, row 1: cannot be read as Parquet");
    refused(folder.resolve("none.parquet"), "there is no file", "none.parquet");
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void arrowFilesAndStreamsHoldTheSame(boolean footer) throws IOException {
    Path file = folder.resolve("rows.arrow");
    ArrowBytes.write(file, footer, 3, 100); // three batches of a hundred rows
    List<Demonstration> read = DatasetReader.readDemonstrations(file);
    assertThat(read).hasSize(300);
    assertThat(read.get(299).completion()).isEqualTo("é299");
    assertThat(read.get(299).prompt().messages())
        .containsExactly(new Message(Role.SYSTEM, "Be brief."), Message.user("Question 299"));
    // A category is what it stands for, not its number.
    assertThat(DatasetReader.open(file).rows().get(1).json().get("source").asText())
        .isEqualTo("web");
  }

  @Test
  void whatIsNoArrowOrWasCutIsRefused() throws IOException {
    Path text = Files.writeString(folder.resolve("text.arrow"), "{\"prompt\": \"Why?\"}\n");
    refused(text, "text.arrow: an Arrow file begins with ARROW1");
    refused(folder.resolve("none.arrow"), "there is no file", "none.arrow");
    for (boolean footer : new boolean[] {false, true}) {
      Path whole = folder.resolve("whole.arrow");
      ArrowBytes.write(whole, footer, 3, 100);
      byte[] bytes = Files.readAllBytes(whole);
      Path cut =
          Files.write(folder.resolve("cut.arrow"), Arrays.copyOf(bytes, bytes.length * 2 / 3));
      refused(cut, "cut.arrow: cannot be read as Arrow after row", "copy a file again");
    }
  }

  private static void refused(Path file, String... words) {
    assertThatThrownBy(() -> DatasetReader.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(words);
  }
}
