package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.LeakCheck;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsWriterTest {
  @TempDir Path folder;

  @Test
  void theBytesAreTheFormats() throws IOException {
    Path file = folder.resolve("x.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      SafetensorsWriter.write(
          file,
          List.of(
              new NamedTensor("n", Host.longs(new long[] {-2}, 1).to(ScalarType.Char)),
              new NamedTensor("w", Host.floats(new float[] {1.5f, -1.5f}, 1, 2))),
          Map.of("by", "rlhf4j"));
    }
    // The float comes first; the JSON is padded with spaces to a multiple of 8 bytes.
    String json =
        "{'__metadata__':{'by':'rlhf4j','format':'pt'},"
            + "'w':{'dtype':'F32','shape':[1,2],'data_offsets':[0,8]},"
            + "'n':{'dtype':'I8','shape':[1],'data_offsets':[8,9]}}";
    int padded = (json.length() + 7) / 8 * 8;
    byte[] expected =
        SafetensorsBytes.of(
            json.replace('\'', '"') + " ".repeat(padded - json.length()),
            new byte[] {0, 0, (byte) 0xc0, 0x3f, 0, 0, (byte) 0xc0, (byte) 0xbf, -2});
    assertThat(Files.readAllBytes(file)).isEqualTo(expected);
    assertThat(padded).isNotEqualTo(json.length());
    try (Stream<Path> files = Files.list(folder)) {
      assertThat(files).containsExactly(file);
    }
  }

  @Test
  void everyDtypeAndLayoutComesBack() {
    Path file = folder.resolve("x.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      Tensor base = torch.arange(new Scalar(24f)).view(4, 6).to(ScalarType.Float);
      List<NamedTensor> tensors = new ArrayList<>();
      for (Dtype dtype : Dtype.values()) {
        tensors.add(new NamedTensor(dtype.name(), base.to(dtype.scalarType())));
      }
      tensors.add(new NamedTensor("transposed", base.t()));
      tensors.add(new NamedTensor("narrowed", base.narrow(1, 2, 3)));
      tensors.add(new NamedTensor("scalar", base.sum()));
      tensors.add(new NamedTensor("empty", torch.zeros(0, 5)));
      tensors.add(new NamedTensor("parameter", base.clone().requires_grad_(true)));
      tensors.add(new NamedTensor("Größe \"\\\n\u0001 🙂", base));
      SafetensorsWriter.write(file, tensors, Map.of());
      try (SafetensorsReader reader = SafetensorsReader.open(file)) {
        assertThat(reader.names()).hasSize(tensors.size());
        for (NamedTensor named : tensors) {
          Tensor read = reader.read(named.name());
          assertThat(read.scalar_type().intern()).isEqualTo(named.tensor().scalar_type().intern());
          assertThat(torch.equal(read, named.tensor())).as(named.name()).isTrue();
        }
      }
    }
  }

  @Test
  void theSameTensorsGiveTheSameBytes() throws IOException {
    Path source = SharedFiles.require("fixtures/models/tiny-llama-bf16/model.safetensors");
    try (SafetensorsReader reader = SafetensorsReader.open(source);
        TensorScope scope = TensorScope.open()) {
      List<NamedTensor> tensors =
          reader.names().stream().map(n -> new NamedTensor(n, reader.read(n))).toList();
      Path file = folder.resolve("x.safetensors");
      SafetensorsWriter.write(file, tensors, reader.metadata());
      // Python's library sorts names within a dtype, as this file's are; so the copy is exact.
      assertThat(Files.mismatch(file, source)).isEqualTo(-1);
    }
  }

  @Test
  void everyTensorLiesAligned() throws IOException {
    Path file = folder.resolve("x.safetensors");
    try (TensorScope scope = TensorScope.open()) {
      List<NamedTensor> tensors = new ArrayList<>();
      List<Dtype> narrowFirst = new ArrayList<>(Arrays.asList(Dtype.values()));
      Collections.reverse(narrowFirst);
      for (Dtype dtype : narrowFirst) {
        tensors.add(
            new NamedTensor(
                dtype.name(), torch.zeros(new long[] {3}, new TensorOptions(dtype.scalarType()))));
      }
      SafetensorsWriter.write(file, tensors, Map.of());
    }
    byte[] bytes = Files.readAllBytes(file);
    int length = (int) ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).getLong();
    assertThat(length % 8).isZero();
    JsonNode header =
        new ObjectMapper().readTree(new String(bytes, 8, length, StandardCharsets.UTF_8));
    for (Dtype dtype : Dtype.values()) {
      long begin = header.get(dtype.name()).at("/data_offsets/0").asLong();
      assertThat(begin % dtype.bytes()).as(dtype.name()).isZero();
    }
  }

  @Test
  void shardsHoldWhatTheyMayAndReplaceTheSingleFile() throws IOException {
    try (TensorScope scope = TensorScope.open()) {
      List<NamedTensor> tensors = new ArrayList<>();
      for (int size : new int[] {3, 3, 10, 1, 1}) {
        tensors.add(
            new NamedTensor(
                "t" + tensors.size(), torch.full(new long[] {size}, scalar(tensors.size()))));
      }
      SafetensorsWriter.writeSharded(folder, tensors, Map.of(), 1000);
      assertThat(names(folder)).containsExactly("model.safetensors");
      // 4 bytes each: 12 + 12 fit 24, the 40 of t2 fit nowhere, the last two go together.
      SafetensorsWriter.writeSharded(folder, tensors, Map.of(), 24);
      assertThat(names(folder))
          .containsExactly(
              "model-00001-of-00003.safetensors",
              "model-00002-of-00003.safetensors",
              "model-00003-of-00003.safetensors",
              "model.safetensors.index.json");
      JsonNode index =
          new ObjectMapper().readTree(folder.resolve("model.safetensors.index.json").toFile());
      assertThat(index.at("/metadata/total_size").asLong()).isEqualTo(18 * 4);
      assertThat(index.at("/weight_map/t1").asText()).startsWith("model-00001");
      assertThat(index.at("/weight_map/t2").asText()).startsWith("model-00002");
      assertThat(index.at("/weight_map/t4").asText()).startsWith("model-00003");
      try (SafetensorsReader reader = SafetensorsReader.open(folder)) {
        assertThat(reader.names()).containsExactly("t0", "t1", "t2", "t3", "t4");
        for (NamedTensor named : tensors) {
          assertThat(torch.equal(reader.read(named.name()), named.tensor())).isTrue();
        }
      }
      SafetensorsWriter.writeSharded(folder, tensors, Map.of(), 1000);
      assertThat(names(folder))
          .contains("model.safetensors")
          .doesNotContain("model.safetensors.index.json");
    }
  }

  @Test
  void whatCannotBeWrittenLeavesTheOldFile() throws IOException {
    Path file = folder.resolve("x.safetensors");
    Files.writeString(file, "old");
    try (TensorScope scope = TensorScope.open()) {
      Tensor one = torch.ones(1);
      assertThatThrownBy(
              () ->
                  SafetensorsWriter.write(
                      file,
                      List.of(new NamedTensor("a", one), new NamedTensor("a", one)),
                      Map.of()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("each tensor needs a name of its own, 'a' is taken");
      assertThatThrownBy(
              () ->
                  SafetensorsWriter.write(
                      file, List.of(new NamedTensor("__metadata__", one)), Map.of()))
          .isInstanceOf(InputException.class);
      Tensor complex = one.to(ScalarType.ComplexFloat);
      assertThatThrownBy(
              () -> SafetensorsWriter.write(file, List.of(new NamedTensor("c", complex)), Map.of()))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("no dtype for tensor 'c'");
    }
    assertThat(file).hasContent("old");
    assertThat(names(folder)).containsExactly("x.safetensors");
  }

  @Test
  void writingLeavesNothingBehind() {
    LeakCheck.leavesNothing(
        () -> {
          List<NamedTensor> tensors = List.of(new NamedTensor("a", torch.ones(4, 5).t()));
          SafetensorsWriter.write(folder.resolve("x.safetensors"), tensors, Map.of());
        });
  }

  private static Scalar scalar(float value) {
    return new Scalar(value);
  }

  private static List<String> names(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }
}
