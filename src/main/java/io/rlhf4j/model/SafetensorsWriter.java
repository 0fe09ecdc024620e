package io.rlhf4j.model;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.bytedeco.pytorch.Tensor;

/**
 * Writes checkpoints in the safetensors format. The same tensors give the same bytes. Tensors that
 * share memory (a tied head) are written as often as they are named: name them once.
 */
public final class SafetensorsWriter {
  private static final int CHUNK = 1 << 20;

  private SafetensorsWriter() {}

  private record Item(String name, Dtype dtype, Tensor tensor, long bytes) {}

  /**
   * Writes one file, or leaves the old one as it was. Wide dtypes come first, so that each tensor
   * lies aligned; within one dtype width the order is the list's.
   *
   * @param metadata free strings; {@code format=pt}, which transformers asks for, is added
   */
  public static void write(Path file, List<NamedTensor> tensors, Map<String, String> metadata) {
    writeItems(file, items(file, tensors), metadata);
  }

  /**
   * Writes {@code model.safetensors} into a folder, or, if the tensors' bytes exceed {@code
   * maxBytes}, shards {@code model-00001-of-000NN.safetensors} of at most so many bytes (a larger
   * tensor has a shard to itself) and their index. A crash on the way leaves a folder whose old
   * model is whole, or that {@link SafetensorsReader} refuses; never a mixture.
   */
  public static void writeSharded(
      Path folder, List<NamedTensor> tensors, Map<String, String> metadata, long maxBytes) {
    if (maxBytes < 1) {
      throw new InputException("the size of a shard must be positive, was " + maxBytes);
    }
    List<Item> items = items(folder, tensors);
    List<List<Item>> shards = split(items, maxBytes);
    Path single = folder.resolve(SafetensorsReader.SINGLE);
    Path index = folder.resolve(SafetensorsReader.INDEX);
    try {
      if (shards.size() == 1) {
        writeItems(single, items, metadata);
        Files.deleteIfExists(index);
        return;
      }
      Files.deleteIfExists(index);
      ObjectNode json = JsonNodeFactory.instance.objectNode();
      json.putObject("metadata").put("total_size", items.stream().mapToLong(Item::bytes).sum());
      Map<String, String> shardOf = new TreeMap<>();
      for (int i = 0; i < shards.size(); i++) {
        String name =
            String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, shards.size());
        writeItems(folder.resolve(name), shards.get(i), metadata);
        shards.get(i).forEach(item -> shardOf.put(item.name(), name));
      }
      ObjectNode map = json.putObject("weight_map");
      shardOf.forEach(map::put);
      AtomicFile.write(
          index, new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(json) + "\n");
      Files.deleteIfExists(single); // readers would prefer it to the shards
    } catch (IOException e) {
      throw new InputException("cannot write the model into " + folder + ": " + e.getMessage(), e);
    }
  }

  private static List<List<Item>> split(List<Item> items, long maxBytes) {
    List<List<Item>> shards = new ArrayList<>();
    List<Item> shard = new ArrayList<>();
    long bytes = 0;
    for (Item item : items) {
      if (!shard.isEmpty() && bytes + item.bytes() > maxBytes) {
        shards.add(shard);
        shard = new ArrayList<>();
        bytes = 0;
      }
      shard.add(item);
      bytes += item.bytes();
    }
    shards.add(shard);
    return shards;
  }

  private static List<Item> items(Path target, List<NamedTensor> tensors) {
    List<Item> items = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (NamedTensor named : tensors) {
      String name = named.name();
      if (name.equals(SafetensorsHeader.METADATA_KEY) || !seen.add(name)) {
        throw new InputException(
            "cannot write "
                + target
                + ": each tensor needs a name of its own, '"
                + name
                + "' is taken");
      }
      try (TensorScope scope = TensorScope.open()) {
        Dtype dtype =
            Dtype.of(named.tensor().scalar_type())
                .orElseThrow(
                    () ->
                        new InputException(
                            "cannot write "
                                + target
                                + ": safetensors has no dtype for tensor '"
                                + name
                                + "' of "
                                + named.tensor().scalar_type().intern()));
        items.add(new Item(name, dtype, named.tensor(), named.tensor().numel() * dtype.bytes()));
      }
    }
    return items;
  }

  private static void writeItems(Path file, List<Item> unsorted, Map<String, String> metadata) {
    List<Item> items = new ArrayList<>(unsorted);
    items.sort(Comparator.comparingInt(item -> -item.dtype().bytes()));
    byte[] header = header(file, items, metadata);
    AtomicFile.write(
        file,
        out -> {
          out.write(header);
          byte[] chunk = new byte[CHUNK];
          for (Item item : items) {
            write(out, item, chunk);
          }
        });
  }

  private static void write(OutputStream out, Item item, byte[] chunk) throws IOException {
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor host = item.tensor().detach().cpu().contiguous();
      for (long done = 0; done < item.bytes(); done += chunk.length) {
        ByteBuffer part =
            SafetensorsReader.memory(host, done, Math.min(item.bytes(), done + chunk.length));
        int length = part.remaining();
        part.get(chunk, 0, length);
        out.write(chunk, 0, length);
      }
    }
  }

  /**
   * The length field and the JSON, padded with spaces so that the data begin at a multiple of 8.
   */
  private static byte[] header(Path file, List<Item> items, Map<String, String> metadata) {
    ObjectNode json = JsonNodeFactory.instance.objectNode();
    Map<String, String> sorted = new TreeMap<>(metadata);
    sorted.putIfAbsent("format", "pt");
    ObjectNode strings = json.putObject(SafetensorsHeader.METADATA_KEY);
    sorted.forEach(strings::put);
    long begin = 0;
    for (Item item : items) {
      ObjectNode entry = json.putObject(item.name()).put("dtype", item.dtype().name());
      ArrayNode shape = entry.putArray("shape");
      for (long d : Shape.of(item.tensor())) {
        shape.add(d);
      }
      entry.putArray("data_offsets").add(begin).add(begin + item.bytes());
      begin += item.bytes();
    }
    byte[] text;
    try {
      text = new JsonMapper().writeValueAsString(json).getBytes(StandardCharsets.UTF_8);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a tree of JSON nodes is always JSON", e);
    }
    int length = (text.length + 7) / 8 * 8;
    if (length > SafetensorsHeader.MAX_LENGTH) {
      throw new InputException(
          "cannot write "
              + file
              + ": the names and shapes of "
              + items.size()
              + " tensors make a header of "
              + length
              + " bytes, more than the "
              + SafetensorsHeader.MAX_LENGTH
              + " the format allows; write shards");
    }
    ByteBuffer header = ByteBuffer.allocate(8 + length).order(ByteOrder.LITTLE_ENDIAN);
    header.putLong(length).put(text);
    while (header.hasRemaining()) {
      header.put((byte) ' ');
    }
    return header.array();
  }
}
