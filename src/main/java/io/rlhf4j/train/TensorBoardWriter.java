package io.rlhf4j.train;

import io.rlhf4j.data.InputException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.InstantSource;
import java.util.zip.CRC32C;

/**
 * Writes metrics as scalars that TensorBoard shows.
 *
 * <p>An event file is a sequence of TFRecords (length, masked CRC32C of the length, data, masked
 * CRC32C of the data, all little-endian), each holding one protobuf {@code Event}. Every row is
 * handed to the system before {@link #write} returns, and a record is one write, so a killed run
 * leaves at most one torn record at the end, which readers skip. A resumed run adds a file of its
 * own; TensorBoard shows the files of a folder as one run.
 */
public final class TensorBoardWriter implements AutoCloseable {
  // Field numbers of tensorflow.Event, Summary and Summary.Value.
  private static final int EVENT_WALL_TIME = 1;
  private static final int EVENT_STEP = 2;
  private static final int EVENT_FILE_VERSION = 3;
  private static final int EVENT_SUMMARY = 5;
  private static final int SUMMARY_VALUE = 1;
  private static final int VALUE_TAG = 1;
  private static final int VALUE_SIMPLE_VALUE = 2;
  // Protobuf's wire types.
  private static final int VARINT = 0;
  private static final int FIXED64 = 1;
  private static final int LENGTH_DELIMITED = 2;
  private static final int FIXED32 = 5;

  private final InstantSource clock;
  private final Path file;
  private final FileChannel channel;

  private TensorBoardWriter(InstantSource clock, Path file, FileChannel channel) {
    this.clock = clock;
    this.file = file;
    this.channel = channel;
  }

  /** Starts a new event file in a folder, which is made if need be. */
  public static TensorBoardWriter open(Path folder) {
    return open(folder, InstantSource.system());
  }

  static TensorBoardWriter open(Path folder, InstantSource clock) {
    String host = System.getenv().getOrDefault("HOSTNAME", "localhost").replaceAll("\\W", "-");
    String start = "events.out.tfevents." + clock.instant().getEpochSecond() + "." + host + ".";
    try {
      Files.createDirectories(folder);
      for (int n = 0; ; n++) {
        Path file = folder.resolve(start + ProcessHandle.current().pid() + "." + n);
        try {
          FileChannel channel =
              FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
          TensorBoardWriter writer = new TensorBoardWriter(clock, file, channel);
          writer.writeFileVersion();
          return writer;
        } catch (FileAlreadyExistsException e) {
          continue;
        }
      }
    } catch (IOException e) {
      throw new InputException("cannot write events in " + folder + ": " + e.getMessage(), e);
    }
  }

  /** The file that is being written. */
  public Path file() {
    return file;
  }

  /** Adds one point to the curve of every metric in the row. */
  public void write(MetricsRow row) {
    Message summary = new Message();
    for (MetricsRow.Metric metric : row.metrics()) {
      Message value = new Message();
      value.bytes(VALUE_TAG, metric.name().getBytes(StandardCharsets.UTF_8));
      value.float32(VALUE_SIMPLE_VALUE, (float) metric.value());
      summary.bytes(SUMMARY_VALUE, value.toByteArray());
    }
    Message event = event();
    event.varint(EVENT_STEP, row.step());
    event.bytes(EVENT_SUMMARY, summary.toByteArray());
    record(event.toByteArray());
  }

  @Override
  public void close() {
    try {
      if (channel.isOpen()) {
        channel.force(true);
        channel.close();
      }
    } catch (IOException e) {
      throw new InputException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private void writeFileVersion() {
    Message event = event();
    event.bytes(EVENT_FILE_VERSION, "brain.Event:2".getBytes(StandardCharsets.UTF_8));
    record(event.toByteArray());
  }

  private Message event() {
    Instant now = clock.instant();
    Message event = new Message();
    event.float64(EVENT_WALL_TIME, now.getEpochSecond() + now.getNano() / 1e9);
    return event;
  }

  private void record(byte[] data) {
    ByteBuffer length = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
    length.putLong(data.length);
    ByteBuffer record = ByteBuffer.allocate(8 + 4 + data.length + 4).order(ByteOrder.LITTLE_ENDIAN);
    record.put(length.array()).putInt(maskedCrc(length.array()));
    record.put(data).putInt(maskedCrc(data)).flip();
    try {
      while (record.hasRemaining()) {
        channel.write(record);
      }
    } catch (IOException e) {
      throw new InputException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** CRC32C turned right by 15 bits plus a constant, so that a CRC over CRCs stays a good one. */
  static int maskedCrc(byte[] bytes) {
    CRC32C crc = new CRC32C();
    crc.update(bytes);
    return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
  }

  /** The fields of a protobuf message, in the order in which they are added. */
  private static final class Message {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();

    void varint(int field, long value) {
      raw(tag(field, VARINT));
      raw(value);
    }

    void float64(int field, double value) {
      raw(tag(field, FIXED64));
      little(Double.doubleToLongBits(value), 8);
    }

    void float32(int field, float value) {
      raw(tag(field, FIXED32));
      little(Float.floatToIntBits(value), 4);
    }

    void bytes(int field, byte[] value) {
      raw(tag(field, LENGTH_DELIMITED));
      raw(value.length);
      out.writeBytes(value);
    }

    byte[] toByteArray() {
      return out.toByteArray();
    }

    private static long tag(int field, int wireType) {
      return ((long) field << 3) | wireType;
    }

    private void raw(long value) {
      long rest = value;
      while ((rest & ~0x7fL) != 0) {
        out.write((int) ((rest & 0x7f) | 0x80));
        rest >>>= 7;
      }
      out.write((int) rest);
    }

    private void little(long bits, int bytes) {
      for (int i = 0; i < bytes; i++) {
        out.write((int) (bits >>> (8 * i)) & 0xff);
      }
    }
  }
}
