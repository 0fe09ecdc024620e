package io.rlhf4j.data;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.ValueVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.ipc.ArrowFileReader;
import org.apache.arrow.vector.ipc.ArrowReader;
import org.apache.arrow.vector.ipc.ArrowStreamReader;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;
import org.jspecify.annotations.Nullable;

/**
 * The rows of an Arrow file, in the form with a footer or, as Hugging Face's data sets are kept on
 * disk, in the one that is a stream. One batch at a time is in memory.
 */
final class ArrowRows {
  private static final byte[] WITH_FOOTER = {'A', 'R', 'R', 'O', 'W', '1'};
  private static final byte[] STREAM = {-1, -1, -1, -1};

  private ArrowRows() {}

  /** Gives the rows in order, each knowing its number, from 1. */
  static void forEach(Path file, Consumer<JsonValue> taker) {
    boolean footer = hasFooter(file);
    long number = 0;
    try (BufferAllocator memory = new RootAllocator();
        FileChannel channel = FileChannel.open(file);
        ArrowReader reader =
            footer
                ? new ArrowFileReader(channel, memory)
                : new ArrowStreamReader(channel, memory)) {
      for (List<JsonNode> rows = batch(reader); rows != null; rows = batch(reader)) {
        for (JsonNode row : rows) {
          number++;
          taker.accept(new JsonValue(file + ", row " + number, "", row));
        }
      }
    } catch (InputException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw new InputException(
          "%s: cannot be read as Arrow after row %d: %s; write it without compression, and copy a"
                  .formatted(file, number, e.getMessage())
              + " file again that was cut",
          e);
    } catch (LinkageError e) {
      throw new InputException(
          "%s: to read Arrow files, Java must be started with".formatted(file)
              + " --add-opens=java.base/java.nio=ALL-UNNAMED, as the rlhf4j launcher does it",
          e);
    }
  }

  /** The rows of the next batch, or null when there is none. */
  private static @Nullable List<JsonNode> batch(ArrowReader reader) throws IOException {
    if (!reader.loadNextBatch()) {
      return null;
    }
    VectorSchemaRoot root = reader.getVectorSchemaRoot();
    List<ObjectNode> rows = new ArrayList<>();
    for (int row = 0; row < root.getRowCount(); row++) {
      rows.add(JsonNodeFactory.instance.objectNode());
    }
    for (FieldVector column : root.getFieldVectors()) {
      DictionaryEncoding encoding = column.getField().getDictionary();
      if (encoding == null) {
        fill(rows, column.getName(), column);
      } else {
        try (ValueVector meant =
            DictionaryEncoder.decode(column, reader.lookup(encoding.getId()))) {
          fill(rows, column.getName(), meant);
        }
      }
    }
    return List.copyOf(rows);
  }

  private static void fill(List<ObjectNode> rows, String name, ValueVector column) {
    for (int row = 0; row < rows.size(); row++) {
      JsonNode value = ColumnarValue.json(column.getObject(row));
      if (!value.isNull()) {
        rows.get(row).set(name, value);
      }
    }
  }

  private static boolean hasFooter(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      byte[] begin = in.readNBytes(WITH_FOOTER.length);
      if (Arrays.equals(begin, WITH_FOOTER)) {
        return true;
      }
      if (begin.length >= STREAM.length
          && Arrays.equals(Arrays.copyOf(begin, STREAM.length), STREAM)) {
        return false;
      }
    } catch (NoSuchFileException e) {
      throw new InputException("there is no file " + file, e);
    } catch (IOException e) {
      throw new InputException("cannot read %s: %s".formatted(file, AtomicFile.reason(e)), e);
    }
    throw new InputException(
        file
            + ": an Arrow file begins with ARROW1 or, as a stream, with ffffffff; this one does not");
  }
}
