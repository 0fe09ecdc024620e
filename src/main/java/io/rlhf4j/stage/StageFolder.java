package io.rlhf4j.stage;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import io.rlhf4j.train.CheckpointConfig;
import io.rlhf4j.train.Run;
import io.rlhf4j.train.RunFolder;
import io.rlhf4j.train.RunRecord;
import io.rlhf4j.train.WhenRunExists;
import java.nio.file.Path;
import java.util.List;

/** A stage's run folder while the stage runs: its record, its log, and where the model goes. */
final class StageFolder implements AutoCloseable {
  /** Paths are written as they were given: as URIs they would change once the folder exists. */
  private static final ObjectMapper JSON =
      new ObjectMapper()
          .setPropertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .registerModule(
              new SimpleModule().addSerializer(Path.class, ToStringSerializer.instance));

  private final RunFolder folder;
  private final Run run;
  private final long started = System.nanoTime();

  private StageFolder(RunFolder folder, Run run) {
    this.folder = folder;
    this.run = run;
  }

  /**
   * Opens or resumes the folder.
   *
   * @param job the stage's settings as a record
   * @param configAsRead the user's configuration file, or empty
   * @param inputs files that are hashed into the record
   */
  static StageFolder open(
      String stage,
      Path output,
      Record job,
      String configAsRead,
      long seed,
      List<Path> inputs,
      WhenRunExists whenThere,
      CheckpointConfig checkpoints) {
    JsonNode config = JSON.valueToTree(job);
    RunFolder folder =
        RunFolder.open(
            output,
            new RunFolder.Start(List.of(stage), configAsRead, config, seed, versions(), inputs),
            whenThere);
    // Several stages may run side by side; the folder's name tells which is which.
    return new StageFolder(folder, Run.in(folder, label(output, stage), checkpoints));
  }

  private static String label(Path output, String stage) {
    Path name = output.toAbsolutePath().normalize().getFileName();
    return name == null ? stage : name.toString();
  }

  /** What everything here runs on, for the record. */
  static RunRecord.Versions versions() {
    Package own = StageFolder.class.getPackage();
    String version = own.getImplementationVersion();
    return new RunRecord.Versions(
        version == null ? "development" : version,
        Runtime.version().toString(),
        io.rlhf4j.tensor.Libtorch.version());
  }

  Run run() {
    return run;
  }

  Path path() {
    return folder.path();
  }

  /** Where the finished model stands. */
  Path model() {
    return folder.path().resolve("model");
  }

  /** Where a finished adapter stands by itself. */
  Path adapter() {
    return folder.path().resolve("adapter");
  }

  /** The stage has done all it was to do, and its model is written. */
  StageResult finish(long parameters) {
    StageResult result =
        new StageResult(parameters, run.tokens(), (System.nanoTime() - started) / 1e9);
    result.write(folder.path());
    folder.finish();
    return result;
  }

  @Override
  public void close() {
    run.close();
    folder.close();
  }
}
