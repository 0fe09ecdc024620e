package io.rlhf4j.stage;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.rlhf4j.data.AtomicFile;
import io.rlhf4j.data.InputException;
import io.rlhf4j.train.RunFolder;
import io.rlhf4j.train.RunRecord;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What a finished stage leaves behind, beside its model.
 *
 * @param parameters of the model that was trained
 * @param tokens that went through training (of PPO: written and learned from)
 * @param seconds wall time of the process that finished it
 */
public record StageResult(long parameters, long tokens, double seconds) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String FILE = "result.json";

  void write(Path folder) {
    try {
      AtomicFile.write(folder.resolve(FILE), JSON.writeValueAsString(this) + "\n");
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e); // a record of three numbers can always be written
    }
  }

  /** The result of a stage folder whose run is finished. */
  public static Optional<StageResult> ofFinished(Path folder) {
    RunRecord record = RunFolder.read(folder);
    Path file = folder.resolve(FILE);
    if (record == null || record.status() != RunRecord.Status.FINISHED || !Files.exists(file)) {
      return Optional.empty();
    }
    try {
      return Optional.of(JSON.readValue(file.toFile(), StageResult.class));
    } catch (IOException e) {
      throw new InputException("cannot read " + file + ": " + e.getMessage(), e);
    }
  }
}
