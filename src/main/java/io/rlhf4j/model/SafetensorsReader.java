package io.rlhf4j.model;

import com.fasterxml.jackson.databind.JsonNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.tensor.Shape;
import io.rlhf4j.tensor.TensorScope;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.pytorch.MemoryFormatOptional;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorOptions;
import org.bytedeco.pytorch.global.torch;

/**
 * Reads the tensors of a checkpoint in the safetensors format: one file, or several shards with an
 * index. Opening reads and checks the headers; a tensor's bytes go from the file straight into its
 * memory when it is asked for. (A memory map would copy as often, and kill the process if the file
 * were cut short while mapped.)
 */
public final class SafetensorsReader implements AutoCloseable {
  static final String SINGLE = "model.safetensors";
  static final String INDEX = "model.safetensors.index.json";

  /** Largest piece that is read at once; a Java buffer cannot span more than 2 GiB. */
  private static final long CHUNK = 1L << 26;

  private record Place(Path file, FileChannel channel, SafetensorsHeader.Entry entry) {}

  private final Path source;
  private final List<FileChannel> channels = new ArrayList<>();
  private final Map<String, Place> places = new LinkedHashMap<>();
  private final Map<String, String> metadata = new TreeMap<>();

  private SafetensorsReader(Path source) {
    this.source = source;
  }

  /**
   * Opens a checkpoint.
   *
   * @param fileOrFolder a .safetensors file, an index file, or a folder with {@code
   *     model.safetensors} or else {@code model.safetensors.index.json} and its shards
   */
  public static SafetensorsReader open(Path fileOrFolder) {
    SafetensorsReader reader = new SafetensorsReader(fileOrFolder);
    try {
      if (!Files.isDirectory(fileOrFolder)) {
        if (fileOrFolder.toString().endsWith(".index.json")) {
          reader.addShards(fileOrFolder);
        } else {
          reader.add(fileOrFolder);
        }
      } else if (Files.exists(fileOrFolder.resolve(SINGLE))) {
        reader.add(fileOrFolder.resolve(SINGLE));
      } else if (Files.exists(fileOrFolder.resolve(INDEX))) {
        reader.addShards(fileOrFolder.resolve(INDEX));
      } else {
        throw new InputException(
            fileOrFolder
                + " has neither "
                + SINGLE
                + " nor "
                + INDEX
                + "; save the model in the safetensors format into this folder");
      }
      return reader;
    } catch (RuntimeException e) {
      reader.close();
      throw e;
    }
  }

  private void add(Path file) {
    try {
      FileChannel channel = FileChannel.open(file);
      channels.add(channel);
      SafetensorsHeader header = SafetensorsHeader.read(file, channel);
      for (SafetensorsHeader.Entry entry : header.entries()) {
        Place other = places.put(entry.name(), new Place(file, channel, entry));
        if (other != null) {
          throw new InputException(
              file
                  + ": tensor '"
                  + entry.name()
                  + "' stands in "
                  + other.file().getFileName()
                  + " as well; each tensor belongs in one shard");
        }
      }
      header.metadata().forEach(metadata::putIfAbsent);
    } catch (NoSuchFileException e) {
      throw new InputException(file + " does not exist", e);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private void addShards(Path index) {
    ConfigJson map =
        ConfigJson.read(index)
            .object("weight_map")
            .orElseThrow(
                () -> new InputException(index + ": 'weight_map' {tensor: file} is missing"));
    Map<String, String> shardOf = new LinkedHashMap<>();
    for (Iterator<Map.Entry<String, JsonNode>> i = map.node().fields(); i.hasNext(); ) {
      Map.Entry<String, JsonNode> field = i.next();
      String shard = field.getValue().asText();
      // A shard lies beside its index; a path elsewhere would be an attack or a mistake.
      if (!field.getValue().isTextual() || !shard.matches("[^/\\\\\\x00]+\\.safetensors")) {
        throw new InputException(
            index
                + ": '"
                + field.getKey()
                + "' must lie in a .safetensors file beside the index, was "
                + field.getValue());
      }
      shardOf.put(field.getKey(), shard);
    }
    for (String shard : new TreeSet<>(shardOf.values())) {
      Path file = index.resolveSibling(shard);
      if (!Files.exists(file)) {
        throw new InputException(
            file + " does not exist, though " + index.getFileName() + " names it; copy it here");
      }
      add(file);
    }
    shardOf.forEach(
        (name, shard) -> {
          Place place = places.get(name);
          if (place == null || !place.file().endsWith(shard)) {
            throw new InputException(
                index
                    + ": says that tensor '"
                    + name
                    + "' is in "
                    + shard
                    + ", where it is not; copy the index and the shards of the same model");
          }
        });
    for (String name : places.keySet()) {
      if (!shardOf.containsKey(name)) {
        throw new InputException(
            index
                + ": does not name tensor '"
                + name
                + "', which its shards hold; copy the index and the shards of the same model");
      }
    }
  }

  /** The tensors' names in the order of the file, shard by shard. */
  public Set<String> names() {
    return Collections.unmodifiableSet(places.keySet());
  }

  /** The shape of a tensor as stored. */
  public long[] shape(String name) {
    return place(name).entry().shape().clone();
  }

  /** The number format of a tensor as stored. */
  public Dtype dtype(String name) {
    return place(name).entry().dtype();
  }

  /** The file's free strings, such as {@code format=pt}; of shards, the first to say wins. */
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  /** A tensor in host memory with the shape and dtype stored; the caller's scope owns it. */
  public Tensor read(String name) {
    Place place = place(name);
    SafetensorsHeader.Entry entry = place.entry();
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Tensor tensor =
          torch.empty(
              entry.shape(),
              new TensorOptions(entry.dtype().scalarType()),
              new MemoryFormatOptional());
      fill(tensor, place);
      return scope.keep(tensor);
    }
  }

  /** The file's bytes into a tensor's memory, which has room for just as many. */
  private static void fill(Tensor tensor, Place place) {
    SafetensorsHeader.Entry entry = place.entry();
    long size = entry.end() - entry.begin();
    try {
      for (long done = 0; done < size; done += CHUNK) {
        ByteBuffer part = memory(tensor, done, Math.min(size, done + CHUNK));
        SafetensorsHeader.readFully(place.file(), place.channel(), entry.begin() + done, part);
        if (entry.dtype() == Dtype.BOOL) {
          requireBooleans(place, part.flip());
        }
      }
    } catch (IOException e) {
      throw new InputException("cannot read " + place.file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * Copies a tensor into one that exists, converting to its dtype and device. Where nothing is to
   * be converted or turned, the bytes go straight there, and a file that breaks off leaves it half
   * filled.
   *
   * @param destination must have the shape stored; may be a view, may be a parameter
   */
  public void readInto(String name, Tensor destination) {
    Place place = place(name);
    long[] wanted = Shape.of(destination);
    if (!Arrays.equals(wanted, place.entry().shape())) {
      throw new InputException(
          place.file()
              + ": tensor '"
              + name
              + "' must have shape "
              + Arrays.toString(wanted)
              + ", has "
              + Arrays.toString(place.entry().shape()));
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      Dtype stored = place.entry().dtype();
      boolean sameNumbers =
          stored != Dtype.BOOL && stored.scalarType() == destination.scalar_type();
      if (sameNumbers && destination.is_contiguous() && destination.is_cpu()) {
        fill(destination, place);
      } else if (wanted.length == 2 && destination.t().is_contiguous()) {
        // Turned this way round, libtorch copies square by square, several times faster.
        destination.t().copy_(read(name).t());
      } else {
        destination.copy_(read(name));
      }
    }
  }

  /** Bytes begin..end of a tensor's memory. */
  static ByteBuffer memory(Tensor tensor, long begin, long end) {
    return new BytePointer(tensor.data_ptr()).position(begin).limit(end).asByteBuffer();
  }

  /** Any other byte than 0 and 1 in a boolean makes libtorch's results undefined. */
  private static void requireBooleans(Place place, ByteBuffer bytes) {
    while (bytes.hasRemaining()) {
      byte value = bytes.get();
      if (value != 0 && value != 1) {
        throw SafetensorsHeader.broken(
            place.file(),
            place.entry().name(),
            "is BOOL, so its bytes must be 0 or 1, but one is " + (value & 0xff));
      }
    }
  }

  private Place place(String name) {
    Place place = places.get(name);
    if (place == null) {
      throw new InputException(
          source + " has no tensor '" + name + "'; it has " + abbreviated(places.keySet()));
    }
    return place;
  }

  private static String abbreviated(Set<String> names) {
    String first = String.join(", ", names.stream().limit(8).toList());
    return names.size() <= 8 ? first : first + " and " + (names.size() - 8) + " more";
  }

  @Override
  public void close() {
    try {
      for (FileChannel channel : channels) {
        channel.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot close " + source, e);
    }
  }
}
