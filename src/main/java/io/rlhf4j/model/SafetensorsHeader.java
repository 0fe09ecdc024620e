package io.rlhf4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What stands before the numbers in a .safetensors file: a length (8 bytes, little-endian), then
 * that many bytes of JSON that say of each tensor its dtype, its shape and where its bytes lie. The
 * tensors' bytes must fill the rest of the file without gap or overlap, so that nothing can hide in
 * it and a cut file is noticed.
 *
 * @param entries in the header's order
 * @param metadata free strings, sorted by key
 */
record SafetensorsHeader(List<Entry> entries, Map<String, String> metadata) {
  /** Longest JSON header that is accepted, in bytes. */
  static final int MAX_LENGTH = 25_000_000;

  static final String METADATA_KEY = "__metadata__";

  /**
   * Where one tensor lies.
   *
   * @param begin first byte, counted from the start of the file
   * @param end the byte after its last
   */
  record Entry(String name, Dtype dtype, long[] shape, long begin, long end) {}

  /** Reads and checks the header of an open file. */
  static SafetensorsHeader read(Path file, FileChannel channel) throws IOException {
    long fileSize = channel.size();
    if (fileSize < 8) {
      throw broken(file, "a .safetensors file has at least 8 bytes, this one has " + fileSize);
    }
    long length = bytes(file, channel, 0, 8).order(ByteOrder.LITTLE_ENDIAN).getLong();
    if (length < 0 || length > MAX_LENGTH) {
      throw broken(
          file,
          "the header may have "
              + MAX_LENGTH
              + " bytes at most, its length field says "
              + Long.toUnsignedString(length));
    }
    if (length > fileSize - 8) {
      throw broken(
          file,
          "the header should have " + length + " bytes, but only " + (fileSize - 8) + " follow");
    }
    ByteBuffer bytes = bytes(file, channel, 8, Math.toIntExact(length));
    String json;
    try {
      json = StandardCharsets.UTF_8.newDecoder().decode(bytes).toString();
    } catch (CharacterCodingException e) {
      throw broken(file, "the header is not UTF-8");
    }
    if (!json.startsWith("{")) {
      throw broken(file, "the header must begin with '{'");
    }
    ConfigJson parsed = ConfigJson.parse(file + ": header", json);
    return read(file, parsed, 8 + length, fileSize);
  }

  private static SafetensorsHeader read(Path file, ConfigJson json, long dataStart, long fileSize) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new TreeMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> i = json.node().fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> field = i.next();
      if (field.getKey().equals(METADATA_KEY)) {
        readMetadata(file, field.getValue(), metadata);
      } else {
        entries.add(entry(file, field.getKey(), field.getValue(), dataStart, fileSize));
      }
    }
    requireGapless(file, entries, dataStart, fileSize);
    return new SafetensorsHeader(
        List.copyOf(entries), Collections.unmodifiableMap(new LinkedHashMap<>(metadata)));
  }

  private static void readMetadata(Path file, JsonNode node, Map<String, String> metadata) {
    if (!node.isObject()) {
      throw broken(file, "'" + METADATA_KEY + "' must be an object of strings, was " + node);
    }
    node.fields()
        .forEachRemaining(
            field -> {
              if (!field.getValue().isTextual()) {
                throw broken(
                    file,
                    "'"
                        + METADATA_KEY
                        + "' may hold strings only, but '"
                        + field.getKey()
                        + "' is "
                        + field.getValue());
              }
              metadata.put(field.getKey(), field.getValue().textValue());
            });
  }

  private static Entry entry(Path file, String name, JsonNode node, long dataStart, long fileSize) {
    Set<String> keys = new java.util.TreeSet<>();
    node.fieldNames().forEachRemaining(keys::add);
    if (!keys.equals(Set.of("dtype", "shape", "data_offsets"))) {
      throw broken(file, name, "must be described by dtype, shape and data_offsets, had " + node);
    }
    Dtype dtype = dtype(file, name, node.get("dtype"));
    long[] shape = longs(file, name, "shape", node.get("shape"));
    long[] offsets = longs(file, name, "data_offsets", node.get("data_offsets"));
    if (offsets.length != 2 || offsets[0] > offsets[1]) {
      throw broken(
          file, name, "data_offsets must be [begin, end], was " + node.get("data_offsets"));
    }
    if (offsets[1] > fileSize - dataStart) {
      throw broken(
          file,
          name,
          "ends at byte "
              + offsets[1]
              + " of the data, but the file holds only "
              + (fileSize - dataStart));
    }
    long needed = size(file, name, shape, dtype);
    if (offsets[1] - offsets[0] != needed) {
      throw broken(
          file,
          name,
          "needs "
              + needed
              + " bytes for shape "
              + Arrays.toString(shape)
              + " of "
              + dtype
              + ", data_offsets give it "
              + (offsets[1] - offsets[0]));
    }
    return new Entry(name, dtype, shape, dataStart + offsets[0], dataStart + offsets[1]);
  }

  private static Dtype dtype(Path file, String name, JsonNode node) {
    for (Dtype dtype : Dtype.values()) {
      if (node.isTextual() && node.textValue().equals(dtype.name())) {
        return dtype;
      }
    }
    throw new InputException(
        file
            + ": tensor '"
            + name
            + "': dtype must be one of "
            + Arrays.toString(Dtype.values())
            + ", was "
            + node
            + "; convert the checkpoint, for example to BF16");
  }

  private static long[] longs(Path file, String name, String key, JsonNode node) {
    if (!node.isArray()) {
      throw broken(file, name, key + " must be a list of whole numbers, was " + node);
    }
    long[] values = new long[node.size()];
    for (int i = 0; i < values.length; i++) {
      JsonNode value = node.get(i);
      if (!value.isIntegralNumber() || !value.canConvertToLong() || value.longValue() < 0) {
        throw broken(file, name, key + " must hold whole numbers from 0, was " + node);
      }
      values[i] = value.longValue();
    }
    return values;
  }

  private static long size(Path file, String name, long[] shape, Dtype dtype) {
    try {
      long size = dtype.bytes();
      for (long d : shape) {
        size = Math.multiplyExact(size, d);
      }
      return size;
    } catch (ArithmeticException e) {
      throw broken(file, name, "has an impossible shape: " + Arrays.toString(shape));
    }
  }

  private static void requireGapless(
      Path file, List<Entry> entries, long dataStart, long fileSize) {
    List<Entry> byPlace = new ArrayList<>(entries);
    byPlace.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    long end = dataStart;
    for (Entry entry : byPlace) {
      if (entry.begin() != end) {
        throw broken(
            file,
            entry.name(),
            "must begin at byte "
                + (end - dataStart)
                + " of the data, where the tensor before it ends, but begins at "
                + (entry.begin() - dataStart));
      }
      end = entry.end();
    }
    if (end != fileSize) {
      throw broken(file, (fileSize - end) + " bytes follow the last tensor, which belong to none");
    }
  }

  private static ByteBuffer bytes(Path file, FileChannel channel, long position, int length)
      throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(length);
    readFully(file, channel, position, buffer);
    return buffer.flip();
  }

  /** Fills the buffer from the file at that position. */
  static void readFully(Path file, FileChannel channel, long position, ByteBuffer buffer)
      throws IOException {
    long at = position;
    while (buffer.hasRemaining()) {
      int read = channel.read(buffer, at);
      if (read < 0) {
        throw broken(file, "ends at byte " + at + "; it was longer when it was opened");
      }
      at += read;
    }
  }

  static InputException broken(Path file, String name, String what) {
    return broken(file, "tensor '" + name + "' " + what);
  }

  static InputException broken(Path file, String what) {
    return new InputException(
        file + ": " + what + "; the file is damaged or of another kind: copy or download it again");
  }
}
