package io.rlhf4j.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.LeakCheck;
import io.rlhf4j.SharedFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Host;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;
import org.bytedeco.pytorch.global.torch.ScalarType;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SafetensorsReaderTest {
  @TempDir Path folder;

  @Test
  void everyDtypeIsReadAsStored() throws IOException {
    // 1.5 is 0x3ff8000000000000, 0x3fc00000, 0x3e00 and 0x3fc0; bytes are little-endian.
    Object[][] cases = {
      {"F64", "000000000000f83f", 1.5},
      {"F32", "0000c03f", 1.5},
      {"F16", "003e", 1.5},
      {"BF16", "c03f", 1.5},
      {"I64", "feffffffffffffff", -2.0},
      {"I32", "feffffff", -2.0},
      {"I16", "feff", -2.0},
      {"I8", "fe", -2.0},
      {"U8", "fe", 254.0},
      {"BOOL", "01", 1.0},
    };
    assertThat(cases.length).isEqualTo(Dtype.values().length);
    for (Object[] one : cases) {
      byte[] data = java.util.HexFormat.of().parseHex((String) one[1]);
      String header =
          "{'x':{'dtype':'%s','shape':[1,1],'data_offsets':[0,%d]}}".formatted(one[0], data.length);
      try (SafetensorsReader reader = open(header, data);
          TensorScope scope = TensorScope.open()) {
        Tensor tensor = reader.read("x");
        Dtype dtype = Dtype.valueOf((String) one[0]);
        assertThat(reader.dtype("x")).isEqualTo(dtype);
        assertThat(tensor.scalar_type().intern()).isEqualTo(dtype.scalarType());
        assertThat(Shape.of(tensor)).containsExactly(1, 1);
        assertThat(Host.doubles(tensor)).as(dtype.name()).containsExactly((Double) one[2]);
      }
    }
  }

  @Test
  void scalarsAndEmptyTensorsAreTensorsToo() throws IOException {
    String header =
        "{'scalar':{'dtype':'F32','shape':[],'data_offsets':[0,4]},"
            + "'empty':{'dtype':'F32','shape':[3,0],'data_offsets':[4,4]},"
            + "'__metadata__':{'b':'2','a':'1'}} \n ";
    try (SafetensorsReader reader = open(header, (byte) 0, (byte) 0, (byte) 0xc0, (byte) 0x3f);
        TensorScope scope = TensorScope.open()) {
      assertThat(reader.names()).containsExactly("scalar", "empty");
      assertThat(Shape.of(reader.read("scalar"))).isEmpty();
      assertThat(Host.floats(reader.read("scalar"))).containsExactly(1.5f);
      assertThat(Shape.of(reader.read("empty"))).containsExactly(3, 0);
      assertThat(reader.metadata()).isEqualTo(Map.of("a", "1", "b", "2"));
    }
    try (SafetensorsReader nothing = open("{}")) {
      assertThat(nothing.names()).isEmpty();
    }
  }

  @Test
  void namesComeInTheOrderOfTheHeaderNotOfTheBytes() throws IOException {
    String header =
        "{'z':{'dtype':'U8','shape':[1],'data_offsets':[1,2]},"
            + "'a':{'dtype':'U8','shape':[1],'data_offsets':[0,1]}}";
    try (SafetensorsReader reader = open(header, (byte) 7, (byte) 9);
        TensorScope scope = TensorScope.open()) {
      assertThat(reader.names()).containsExactly("z", "a");
      assertThat(Host.longs(reader.read("z"))).containsExactly(9);
    }
  }

  @Test
  void readIntoConvertsIntoViewsAndParameters() throws IOException {
    String header = "{'x':{'dtype':'I16','shape':[2,3],'data_offsets':[0,12]}}";
    byte[] data = {1, 0, 2, 0, 3, 0, 4, 0, 5, 0, 6, 0};
    try (SafetensorsReader reader = open(header, data);
        TensorScope scope = TensorScope.open()) {
      Tensor parameter = torch.zeros(new long[] {3, 2}, new TensorOptions(ScalarType.BFloat16));
      parameter.requires_grad_(true);
      reader.readInto("x", parameter.detach().t());
      assertThat(Host.floats(parameter)).containsExactly(1, 4, 2, 5, 3, 6);
      Tensor leaf = torch.zeros(2, 3);
      leaf.requires_grad_(true);
      reader.readInto("x", leaf);
      assertThat(leaf.is_leaf()).isTrue();
      assertThat(Host.floats(leaf)).containsExactly(1, 2, 3, 4, 5, 6);
      assertThatThrownBy(() -> reader.readInto("x", torch.zeros(3, 2)))
          .isInstanceOf(InputException.class)
          .hasMessageContaining("'x' must have shape [3, 2], has [2, 3]");
    }
  }

  @Test
  void readIntoGoesStraightIntoWhatLiesInOrderAndTurnsWhatDoesNot() throws IOException {
    String header = "{'x':{'dtype':'F32','shape':[2,3],'data_offsets':[0,24]}}";
    ByteBuffer data = ByteBuffer.allocate(24).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 1; i <= 6; i++) {
      data.putFloat(i);
    }
    try (SafetensorsReader reader = open(header, data.array());
        TensorScope scope = TensorScope.open()) {
      Tensor rows = torch.zeros(4, 3);
      reader.readInto("x", rows.narrow(0, 1, 2));
      assertThat(Host.floats(rows)).containsExactly(0, 0, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0);
      Tensor turned = torch.zeros(3, 2);
      reader.readInto("x", turned.t());
      assertThat(Host.floats(turned)).containsExactly(1, 4, 2, 5, 3, 6);
      Tensor columns = torch.zeros(2, 4);
      reader.readInto("x", columns.narrow(1, 1, 3));
      assertThat(Host.floats(columns)).containsExactly(0, 1, 2, 3, 0, 4, 5, 6);
    }
  }

  @Test
  void aTensorIsReadInPiecesAndFarBeyondTwoGibibytes() throws IOException {
    long far = (1L << 31) + 12_345_678;
    long piece = (1L << 26) + 5; // more than is read at once
    String header =
        "{'big':{'dtype':'U8','shape':[%d],'data_offsets':[0,%d]},"
            + "'piece':{'dtype':'U8','shape':[%d],'data_offsets':[%d,%d]}}";
    byte[] json =
        header
            .formatted(far, far, piece, far, far + piece)
            .replace('\'', '"')
            .getBytes(StandardCharsets.UTF_8);
    Path file = folder.resolve("sparse.safetensors");
    Files.write(file, SafetensorsBytes.of(json));
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      long data = 8L + json.length;
      channel.write(ByteBuffer.wrap(new byte[] {42}), data + far);
      channel.write(ByteBuffer.wrap(new byte[] {1, 2, 3}), data + far + piece - 3);
    }
    try (SafetensorsReader reader = SafetensorsReader.open(file);
        TensorScope scope = TensorScope.open()) {
      Tensor read = reader.read("piece");
      assertThat(read.numel()).isEqualTo(piece);
      assertThat(Host.longs(read.narrow(0, 0, 2))).containsExactly(42, 0);
      assertThat(Host.longs(read.narrow(0, piece - 4, 4))).containsExactly(0, 1, 2, 3);
      assertThat(reader.shape("big")).containsExactly(far);
    } finally {
      Files.delete(file);
    }
  }

  @Test
  void shardsReadLikeTheOneFile() {
    Path whole = SharedFiles.require("fixtures/models/tiny-llama");
    Path sharded = SharedFiles.require("fixtures/models/tiny-llama-sharded");
    try (SafetensorsReader one = SafetensorsReader.open(whole);
        SafetensorsReader many = SafetensorsReader.open(sharded);
        SafetensorsReader byIndex =
            SafetensorsReader.open(sharded.resolve("model.safetensors.index.json"))) {
      assertThat(many.names()).containsExactlyInAnyOrderElementsOf(one.names()).hasSize(21);
      assertThat(byIndex.names()).containsExactlyElementsOf(many.names());
      assertThat(many.metadata()).containsEntry("format", "pt");
      for (String name : one.names()) {
        try (TensorScope scope = TensorScope.open()) {
          assertThat(torch.equal(one.read(name), many.read(name))).as(name).isTrue();
        }
      }
    }
  }

  @Test
  void bfloat16IsTheFloat32FileRounded() {
    Path whole = SharedFiles.require("fixtures/models/tiny-llama");
    Path rounded = SharedFiles.require("fixtures/models/tiny-llama-bf16");
    try (SafetensorsReader exact = SafetensorsReader.open(whole);
        SafetensorsReader half = SafetensorsReader.open(rounded)) {
      for (String name : exact.names()) {
        try (TensorScope scope = TensorScope.open()) {
          assertThat(half.dtype(name)).isEqualTo(Dtype.BF16);
          Tensor expected = exact.read(name).to(ScalarType.BFloat16);
          assertThat(torch.equal(expected, half.read(name))).as(name).isTrue();
        }
      }
    }
  }

  @Test
  void readingLeavesNothingBehind() {
    Path model = SharedFiles.require("fixtures/models/tiny-llama");
    LeakCheck.leavesNothing(
        () -> {
          try (SafetensorsReader reader = SafetensorsReader.open(model)) {
            reader.names().forEach(reader::read);
          }
        });
  }

  private SafetensorsReader open(String header, byte... data) throws IOException {
    Path file = folder.resolve("own.safetensors");
    String json = header.replace('\'', '"');
    Files.write(file, SafetensorsBytes.of(json, data));
    return SafetensorsReader.open(file);
  }
}
