package io.rlhf4j.train;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TensorBoardWriterTest {
  private static final InstantSource CLOCK =
      InstantSource.fixed(Instant.ofEpochSecond(1_700_000_000L, 500_000_000));

  @TempDir Path folder;

  @Test
  void scalarsAreReadBack() throws IOException {
    try (TensorBoardWriter writer = TensorBoardWriter.open(folder, CLOCK)) {
      writer.write(new MetricsRow(1).put("loss", 2.5).put("objective/kl", -0.125));
      writer.write(new MetricsRow(70_000).put("loss", 1.5).put("episode", 3));
      // Nothing waits in memory: what is written so far can be read before the file is closed.
      assertThat(read(writer.file())).hasSize(3);
    }
    assertThat(read(onlyFile()))
        .containsExactly(
            "1.7000000005E9 version brain.Event:2",
            "1.7000000005E9 step 1 loss=2.5 objective/kl=-0.125",
            "1.7000000005E9 step 70000 loss=1.5 episode=3.0");
  }

  @Test
  void theFilesNameIsTensorBoardsAndASecondWriterTakesAnother() throws IOException {
    try (TensorBoardWriter first = TensorBoardWriter.open(folder, CLOCK);
        TensorBoardWriter second = TensorBoardWriter.open(folder, CLOCK)) {
      assertThat(first.file().getFileName().toString())
          .matches("events\\.out\\.tfevents\\.1700000000\\.[\\w-]+\\.\\d+\\.0");
      assertThat(second.file()).isNotEqualTo(first.file());
    }
  }

  @Test
  void theChecksumIsTheFormats() {
    // RFC 3720, B.4: the CRC32C of 32 zero bytes is 0x8a9136aa. Turned right by 15 bits that is
    // 0x6d551522; plus 0xa282ead8 it is 0x0fd7fffa.
    assertThat(TensorBoardWriter.maskedCrc(new byte[32])).isEqualTo(0x0fd7fffa);
  }

  private Path onlyFile() throws IOException {
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(1);
      return all.get(0);
    }
  }

  /** Reads an event file by the format's description: one line per event. */
  private static List<String> read(Path file) throws IOException {
    ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
    List<String> events = new ArrayList<>();
    while (in.hasRemaining()) {
      byte[] length = new byte[8];
      in.get(length);
      assertThat(in.getInt()).isEqualTo(slowMaskedCrc(length));
      byte[] data =
          new byte[(int) ByteBuffer.wrap(length).order(ByteOrder.LITTLE_ENDIAN).getLong()];
      in.get(data);
      assertThat(in.getInt()).isEqualTo(slowMaskedCrc(data));
      events.add(event(ByteBuffer.wrap(data).order(ByteOrder.LITTLE_ENDIAN)));
    }
    return events;
  }

  private static String event(ByteBuffer in) {
    StringBuilder text = new StringBuilder();
    while (in.hasRemaining()) {
      int tag = (int) varint(in);
      switch (tag) {
        case (1 << 3) | 1 -> text.append(in.getDouble());
        case (2 << 3) | 0 -> text.append(" step ").append(varint(in));
        case (3 << 3) | 2 -> text.append(" version ").append(string(part(in)));
        case (5 << 3) | 2 -> text.append(summary(part(in)));
        default -> throw new AssertionError("unknown tag " + tag);
      }
    }
    return text.toString();
  }

  private static String summary(ByteBuffer in) {
    StringBuilder text = new StringBuilder();
    while (in.hasRemaining()) {
      assertThat(varint(in)).isEqualTo((1 << 3) | 2);
      ByteBuffer value = part(in);
      assertThat(varint(value)).isEqualTo((1 << 3) | 2);
      text.append(' ').append(string(part(value)));
      assertThat(varint(value)).isEqualTo((2 << 3) | 5);
      text.append('=').append(value.getFloat());
      assertThat(value.hasRemaining()).isFalse();
    }
    return text.toString();
  }

  private static long varint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
  }

  private static ByteBuffer part(ByteBuffer in) {
    int length = (int) varint(in);
    ByteBuffer part = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
    in.position(in.position() + length);
    return part;
  }

  private static String string(ByteBuffer in) {
    return StandardCharsets.UTF_8.decode(in).toString();
  }

  /** CRC32C bit by bit (reflected polynomial 0x82f63b78), then the mask. */
  private static int slowMaskedCrc(byte[] bytes) {
    int crc = ~0;
    for (byte b : bytes) {
      crc ^= b & 0xff;
      for (int bit = 0; bit < 8; bit++) {
        crc = (crc & 1) == 1 ? (crc >>> 1) ^ 0x82f63b78 : crc >>> 1;
      }
    }
    crc = ~crc;
    return ((crc >>> 15) | (crc << 17)) + 0xa282ead8;
  }
}
