package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Files that are not what they say are refused in a sentence, or read; never anything else. */
class BrokenSafetensorsTest {
  private static final String TWO_BYTES = "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}}";

  @TempDir Path folder;

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      value = {
        "{'a':{'dtype':'F8_E4M3','shape':[2],'data_offsets':[0,2]}} | dtype must be one of [F64",
        "{'a':{'dtype':3,'shape':[2],'data_offsets':[0,2]}} | dtype must be one of [F64",
        "{'a':{'dtype':'u8','shape':[2],'data_offsets':[0,2]}} | was \"u8\"",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,2]}} | needs 3 bytes for shape [3] of U8",
        "{'a':{'dtype':'F16','shape':[2],'data_offsets':[0,2]}} | needs 4 bytes for shape [2]",
        "{'a':{'dtype':'U8','shape':[],'data_offsets':[0,2]}} | needs 1 bytes for shape []",
        "{'a':{'dtype':'U8','shape':2,'data_offsets':[0,2]}} | shape must be a list",
        "{'a':{'dtype':'U8','shape':[-2],'data_offsets':[0,2]}} | whole numbers from 0",
        "{'a':{'dtype':'U8','shape':[2.0],'data_offsets':[0,2]}} | whole numbers from 0",
        "{'a':{'dtype':'U8','shape':['2'],'data_offsets':[0,2]}} | whole numbers from 0",
        "{'a':{'dtype':'U8','shape':[99999999999999999999],'data_offsets':[0,2]}} | from 0",
        "{'a':{'dtype':'U8','shape':[4294967296,4294967296],'data_offsets':[0,2]}} | impossible",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[2,0]}} | must be [begin, end]",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0]}} | must be [begin, end]",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,1,2]}} | must be [begin, end]",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[-1,1]}} | whole numbers from 0",
        "{'a':{'dtype':'U8','shape':[3],'data_offsets':[0,3]}} | ends at byte 3 of the data",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[9223372036854775805,9223372036854775807]}}"
            + " | but the file holds only 2",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}} | 1 bytes follow the last tensor",
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}} | must begin at byte 0",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
            + "'b':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}} | 'b' must begin at byte 2",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
            + "'b':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}} | must begin at byte 2",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]},"
            + "'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2]}} | Duplicate field 'a'",
        "{'a':{'dtype':'U8','dtype':'I8','shape':[2],'data_offsets':[0,2]}} | Duplicate field",
        "{'a':{'dtype':'U8','data_offsets':[0,2]}} | must be described by dtype, shape",
        "{'a':{'dtype':'U8','shape':[2],'data_offsets':[0,2],'x':1}} | must be described by",
        "{'a':[0,2]} | must be described by dtype, shape and data_offsets",
        "{'a':null} | must be described by dtype, shape and data_offsets",
        "{'__metadata__':{'step':3}} | may hold strings only, but 'step' is 3",
        "{'__metadata__':'pt'} | '__metadata__' must be an object of strings",
        "{} | 2 bytes follow the last tensor",
        "{} {} | header",
        "{'a' | not valid JSON",
        "[] | must begin with '{'",
        "\" {}\" | must begin with '{'",
      })
  void aHeaderThatBreaksARuleIsRefused(String header, String says) {
    assertThatThrownBy(() -> open(header, (byte) 1, (byte) 2).close())
        .isInstanceOf(InputException.class)
        .hasMessageStartingWith(folder.resolve("own.safetensors").toString())
        .hasMessageContaining(says);
  }

  @ParameterizedTest
  @CsvSource({
    "-1, '18446744073709551615'",
    "25000001, 'says 25000001'",
    "9223372036854775807, 'says 9223372036854775807'",
    "1000, 'should have 1000 bytes, but only'",
    "0, must begin with"
  })
  void aLengthFieldThatCannotBeIsRefused(long length, String says) throws IOException {
    Path file = folder.resolve("own.safetensors");
    Files.write(file, SafetensorsBytes.ofLength(length, "{}".getBytes(StandardCharsets.UTF_8)));
    assertThatThrownBy(() -> SafetensorsReader.open(file))
        .isInstanceOf(InputException.class)
        .hasMessageContaining(says);
  }

  @Test
  void aHeaderInAnotherEncodingIsRefused() throws IOException {
    Path file = folder.resolve("own.safetensors");
    Files.write(file, SafetensorsBytes.of("{}".getBytes(StandardCharsets.UTF_16LE)));
    assertThatThrownBy(() -> SafetensorsReader.open(file)).isInstanceOf(InputException.class);
    Files.write(file, SafetensorsBytes.of(new byte[] {'{', '"', (byte) 0xff, '"', '}'}));
    assertThatThrownBy(() -> SafetensorsReader.open(file)).hasMessageContaining("not UTF-8");
  }

  @Test
  void aFileCutAnywhereIsRefused() throws IOException {
    byte[] whole = SafetensorsBytes.of(TWO_BYTES.replace('\'', '"'), (byte) 1, (byte) 2);
    for (int length = 0; length < whole.length; length++) {
      Path file = folder.resolve("cut-" + length); // rewriting one file would wait for the disk
      Files.write(file, java.util.Arrays.copyOf(whole, length));
      assertThatThrownBy(() -> SafetensorsReader.open(file))
          .as("cut to %d bytes", length)
          .isInstanceOf(InputException.class)
          .hasMessageContaining("cut-" + length);
    }
  }

  @Test
  void randomDamageIsRefusedOrReadButNeverAnythingElse() throws IOException {
    byte[] whole = SafetensorsBytes.of(TWO_BYTES.replace('\'', '"'), (byte) 1, (byte) 2);
    SplittableRandom random = new SplittableRandom(5);
    int refused = 0;
    for (int i = 0; i < 500; i++) {
      byte[] damaged = whole.clone();
      for (int j = random.nextInt(1, 4); j > 0; j--) {
        damaged[random.nextInt(damaged.length)] = (byte) random.nextInt(256);
      }
      Path file = folder.resolve("damaged-" + i);
      Files.write(file, damaged);
      try (SafetensorsReader reader = SafetensorsReader.open(file);
          TensorScope scope = TensorScope.open()) {
        reader.names().forEach(reader::read);
      } catch (InputException e) {
        refused++;
      }
    }
    assertThat(refused).isBetween(300, 499);
  }

  @Test
  void aBooleanThatIsNeitherIsRefused() throws IOException {
    String header = "{'a':{'dtype':'BOOL','shape':[2],'data_offsets':[0,2]}}";
    try (SafetensorsReader reader = open(header, (byte) 1, (byte) 2)) {
      assertThatThrownBy(() -> reader.read("a"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("must be 0 or 1, but one is 2");
    }
  }

  @Test
  void aFileCutAfterOpeningIsRefusedWhenRead() throws IOException {
    long before = TensorScope.liveObjects();
    try (SafetensorsReader reader = open(TWO_BYTES, (byte) 1, (byte) 2)) {
      try (FileChannel channel =
          FileChannel.open(folder.resolve("own.safetensors"), StandardOpenOption.WRITE)) {
        channel.truncate(channel.size() - 1);
      }
      assertThatThrownBy(() -> reader.read("a"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("it was longer when it was opened");
    }
    assertThat(TensorScope.liveObjects()).isEqualTo(before);
  }

  @Test
  void anUnknownNameIsAnsweredWithTheKnownOnes() throws IOException {
    try (SafetensorsReader reader = open(TWO_BYTES, (byte) 1, (byte) 2)) {
      assertThatThrownBy(() -> reader.read("b"))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("has no tensor 'b'; it has a");
    }
  }

  @Test
  void aMissingModelIsRefused() {
    assertThatThrownBy(() -> SafetensorsReader.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("has neither model.safetensors nor model.safetensors.index.json");
    assertThatThrownBy(() -> SafetensorsReader.open(folder.resolve("no.safetensors")))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("no.safetensors does not exist");
  }

  @ParameterizedTest
  @ValueSource(strings = {"../x.safetensors", "/x.safetensors", "sub/x.safetensors", "x.bin", ""})
  void anIndexMayNotPointElsewhere(String shard) throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    Files.writeString(index, "{\"weight_map\": {\"a\": \"" + shard + "\"}}");
    assertThatThrownBy(() -> SafetensorsReader.open(folder))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'a' must lie in a .safetensors file beside the index");
  }

  @Test
  void anIndexAndItsShardsMustAgree() throws IOException {
    Path index = folder.resolve("model.safetensors.index.json");
    byte[] shard = SafetensorsBytes.of(TWO_BYTES.replace('\'', '"'), (byte) 1, (byte) 2);
    Files.write(folder.resolve("1.safetensors"), shard);
    List<String[]> cases =
        List.of(
            new String[] {"{}", "'weight_map' {tensor: file} is missing"},
            new String[] {"{'weight_map':{'a':'2.safetensors'}}", "2.safetensors does not exist"},
            new String[] {
              "{'weight_map':{'a':'1.safetensors','b':'1.safetensors'}}",
              "tensor 'b' is in 1.safetensors, where it is not"
            },
            new String[] {"{'weight_map':{'a':3}}", "must lie in a .safetensors file"});
    for (String[] one : cases) {
      Files.writeString(index, one[0].replace('\'', '"'));
      assertThatThrownBy(() -> SafetensorsReader.open(folder))
          .isInstanceOf(InputException.class)
          .hasMessageContaining(one[1]);
    }
    Files.write(folder.resolve("2.safetensors"), shard);
    Files.writeString(index, "{\"weight_map\":{\"a\":\"1.safetensors\",\"b\":\"2.safetensors\"}}");
    assertThatThrownBy(() -> SafetensorsReader.open(folder))
        .hasMessageContaining("tensor 'a' stands in 1.safetensors as well");
    byte[] other =
        SafetensorsBytes.of(TWO_BYTES.replace("'a'", "'c'").replace('\'', '"'), (byte) 1, (byte) 2);
    Files.write(folder.resolve("2.safetensors"), other);
    Files.writeString(index, "{\"weight_map\":{\"a\":\"2.safetensors\",\"c\":\"2.safetensors\"}}");
    assertThatThrownBy(() -> SafetensorsReader.open(folder))
        .hasMessageContaining("tensor 'a' is in 2.safetensors, where it is not");
    Files.write(folder.resolve("1.safetensors"), both());
    Files.writeString(index, "{\"weight_map\":{\"a\":\"1.safetensors\"}}");
    assertThatThrownBy(() -> SafetensorsReader.open(folder))
        .hasMessageContaining("does not name tensor 'b', which its shards hold");
  }

  private static byte[] both() {
    String header =
        "{'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]},"
            + "'b':{'dtype':'U8','shape':[1],'data_offsets':[1,2]}}";
    return SafetensorsBytes.of(header.replace('\'', '"'), (byte) 1, (byte) 2);
  }

  private SafetensorsReader open(String header, byte... data) throws IOException {
    Path file = folder.resolve("own.safetensors");
    String json = header.replace('\'', '"');
    Files.write(file, SafetensorsBytes.of(json, data));
    return SafetensorsReader.open(file);
  }
}
