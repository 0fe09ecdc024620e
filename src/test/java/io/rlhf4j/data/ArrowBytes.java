package io.rlhf4j.data;

import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.apache.arrow.memory.BufferAllocator;
import org.apache.arrow.memory.RootAllocator;
import org.apache.arrow.vector.FieldVector;
import org.apache.arrow.vector.VarCharVector;
import org.apache.arrow.vector.VectorSchemaRoot;
import org.apache.arrow.vector.complex.ListVector;
import org.apache.arrow.vector.complex.impl.UnionListWriter;
import org.apache.arrow.vector.complex.writer.BaseWriter.StructWriter;
import org.apache.arrow.vector.dictionary.Dictionary;
import org.apache.arrow.vector.dictionary.DictionaryEncoder;
import org.apache.arrow.vector.dictionary.DictionaryProvider.MapDictionaryProvider;
import org.apache.arrow.vector.ipc.ArrowFileWriter;
import org.apache.arrow.vector.ipc.ArrowStreamWriter;
import org.apache.arrow.vector.ipc.ArrowWriter;
import org.apache.arrow.vector.types.pojo.DictionaryEncoding;

/** Arrow files as other libraries write them: messages, and a column of categories. */
final class ArrowBytes {
  private ArrowBytes() {}

  /** Conversations "Question i", "éi" after a system text; sources are book, web, book ... */
  static void write(Path file, boolean footer, int batches, int rows) throws IOException {
    try (BufferAllocator memory = new RootAllocator();
        VarCharVector words = new VarCharVector("words", memory);
        ListVector messages = ListVector.empty("messages", memory);
        VarCharVector source = new VarCharVector("source", memory)) {
      put(words, List.of("book", "web"));
      Dictionary dictionary = new Dictionary(words, new DictionaryEncoding(1, false, null));
      fill(messages, source, 0, rows);
      try (FieldVector encoded = (FieldVector) DictionaryEncoder.encode(source, dictionary);
          VectorSchemaRoot root = VectorSchemaRoot.of(messages, encoded);
          FileOutputStream out = new FileOutputStream(file.toFile());
          ArrowWriter writer = writer(root, dictionary, out, footer)) {
        for (int batch = 0; batch < batches; batch++) {
          fill(messages, source, batch * rows, rows);
          root.setRowCount(rows);
          writer.writeBatch();
        }
        writer.end();
      }
    }
  }

  private static ArrowWriter writer(
      VectorSchemaRoot root, Dictionary dictionary, FileOutputStream out, boolean footer) {
    MapDictionaryProvider dictionaries = new MapDictionaryProvider(dictionary);
    return footer
        ? new ArrowFileWriter(root, dictionaries, out.getChannel())
        : new ArrowStreamWriter(root, dictionaries, out.getChannel());
  }

  private static void fill(ListVector messages, VarCharVector source, int first, int rows) {
    messages.reset();
    UnionListWriter writer = messages.getWriter();
    writer.allocate();
    for (int row = 0; row < rows; row++) {
      writer.setPosition(row);
      writer.startList();
      turn(writer.struct(), "system", "Be brief.");
      turn(writer.struct(), "user", "Question " + (first + row));
      turn(writer.struct(), "assistant", "é" + (first + row));
      writer.endList();
      source.setSafe(row, (row % 2 == 0 ? "book" : "web").getBytes(StandardCharsets.UTF_8));
    }
    messages.setValueCount(rows);
    source.setValueCount(rows);
  }

  private static void turn(StructWriter struct, String role, String content) {
    struct.start();
    struct.varChar("role").writeVarChar(role);
    struct.varChar("content").writeVarChar(content);
    struct.end();
  }

  private static void put(VarCharVector vector, List<String> values) {
    vector.allocateNew();
    for (int i = 0; i < values.size(); i++) {
      vector.setSafe(i, values.get(i).getBytes(StandardCharsets.UTF_8));
    }
    vector.setValueCount(values.size());
  }
}
