package io.rlhf4j.train;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code metrics.jsonl}: one JSON object per logged step, {@code step} first.
 *
 * <p>Each row reaches the file before {@link #append} returns, in one write, so a killed run loses
 * at most the row it was writing. To resume from the checkpoint of step n, call {@link
 * #truncateAfter} with n before the first row: the file then ends up with the rows that it would
 * have had without the interruption. For that a trainer appends the rows of a step before it saves
 * the checkpoint of that step.
 */
public final class MetricsLog implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private @Nullable FileChannel channel;

  private MetricsLog(Path file) {
    this.file = file;
  }

  /** Opens a log to append to; a half-written last row of a killed run is cut off. */
  public static MetricsLog open(Path file) {
    MetricsLog log = new MetricsLog(file);
    if (Files.exists(file)) {
      log.keep(Long.MAX_VALUE);
    }
    return log;
  }

  /** Adds a row at the end. */
  public void append(MetricsRow row) {
    ByteBuffer line = ByteBuffer.wrap((row.toJson() + "\n").getBytes(StandardCharsets.UTF_8));
    try {
      FileChannel out = channel();
      while (line.hasRemaining()) {
        out.write(line);
      }
    } catch (IOException e) {
      throw new InputException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  /** Drops all rows of later steps. */
  public void truncateAfter(long step) {
    close();
    if (Files.exists(file)) {
      keep(step);
    }
  }

  /** The rows of a log, in order. A null stands for a number that was not finite. */
  public static List<MetricsRow> read(Path file) {
    List<MetricsRow> rows = new ArrayList<>();
    List<String> lines = wholeLines(file);
    for (int i = 0; i < lines.size(); i++) {
      JsonNode json = parse(file, i + 1, lines.get(i));
      MetricsRow row = new MetricsRow(json.path("step").asLong());
      for (Map.Entry<String, JsonNode> field : json.properties()) {
        JsonNode value = field.getValue();
        if (field.getKey().equals("step")) {
          continue;
        }
        if (value.isIntegralNumber()) {
          row.put(field.getKey(), value.asLong());
        } else {
          row.put(field.getKey(), value.isNull() ? Double.NaN : value.asDouble());
        }
      }
      rows.add(row);
    }
    return rows;
  }

  @Override
  public void close() {
    try {
      if (channel != null) {
        channel.force(true);
        channel.close();
        channel = null;
      }
    } catch (IOException e) {
      throw new InputException("cannot write " + file + ": " + e.getMessage(), e);
    }
  }

  private FileChannel channel() throws IOException {
    if (channel == null) {
      Path folder = file.toAbsolutePath().getParent();
      if (folder != null) {
        Files.createDirectories(folder);
      }
      channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    return channel;
  }

  private void keep(long lastStep) {
    List<String> lines = wholeLines(file);
    StringBuilder kept = new StringBuilder();
    for (int i = 0; i < lines.size(); i++) {
      if (parse(file, i + 1, lines.get(i)).path("step").asLong() <= lastStep) {
        kept.append(lines.get(i)).append('\n');
      }
    }
    if (!kept.toString().equals(text(file))) {
      AtomicFile.write(file, kept.toString());
    }
  }

  /** The lines that end in a newline. What follows the last one is the end of a killed run. */
  private static List<String> wholeLines(Path file) {
    String text = text(file);
    return text.substring(0, text.lastIndexOf('\n') + 1).lines().toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }

  private static JsonNode parse(Path file, int line, String text) {
    try {
      JsonNode json = JSON.readTree(text);
      if (json.path("step").isIntegralNumber()) {
        return json;
      }
      throw new InputException(file + ":" + line + ": a row of metrics needs a whole 'step'");
    } catch (JsonProcessingException e) {
      throw new InputException(
          file + ":" + line + ": not valid JSON: " + e.getOriginalMessage(), e);
    }
  }
}
