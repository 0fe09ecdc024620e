package io.rlhf4j.train;

import io.rlhf4j.model.NamedTensor;
import io.rlhf4j.model.SafetensorsReader;
import io.rlhf4j.model.SafetensorsWriter;
import io.rlhf4j.tensor.TensorScope;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.DoubleConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One training run as the trainers see it: a progress line, a log of metrics (JSON lines and
 * TensorBoard events), and checkpoints from which a killed run goes on.
 *
 * <p>A run without a folder keeps nothing; tests and throw-away experiments use it.
 */
public final class Run implements AutoCloseable {
  private static final String STATE = "state.safetensors";

  private final String stage;
  private final @Nullable MetricsLog log;
  private final @Nullable TensorBoardWriter events;
  private final @Nullable Checkpoints checkpoints;
  private final boolean resumed;
  private @Nullable ProgressLine progress;
  private @Nullable Consumer<SafetensorsReader> restorer;
  private int firstStep;
  private int lastSaved = -1;
  private long tokens;
  private long stepStarted;

  private DoubleConsumer timer = seconds -> {};

  private Run(
      String stage,
      @Nullable MetricsLog log,
      @Nullable TensorBoardWriter events,
      @Nullable Checkpoints checkpoints,
      boolean resumed) {
    this.stage = stage;
    this.log = log;
    this.events = events;
    this.checkpoints = checkpoints;
    this.resumed = resumed;
  }

  /**
   * A run that writes into a run folder.
   *
   * @param stage its name on the progress line
   */
  public static Run in(RunFolder folder, String stage, CheckpointConfig config) {
    return new Run(
        stage,
        MetricsLog.open(folder.metrics()),
        TensorBoardWriter.open(folder.path()),
        new Checkpoints(
            folder.path(), config.keepLast(), Checkpoints.Better.LOWER, System.err::println),
        folder.resumed());
  }

  /** A run that shows progress and keeps nothing. */
  public static Run unrecorded(String stage) {
    return new Run(stage, null, null, null, false);
  }

  /** A run that keeps nothing, shows nothing, and tells how many seconds each step took. */
  public static Run timed(DoubleConsumer timer) {
    Run run = new Run("", null, null, null, false);
    run.timer = timer;
    return run;
  }

  /**
   * Takes up the newest complete checkpoint of a resumed run.
   *
   * @param totalSteps steps in all, for the progress line
   * @param restore reads the trainer's state
   * @return the number of steps already done; 0 for a new run
   */
  int restore(int totalSteps, Consumer<SafetensorsReader> restore) {
    restorer = restore;
    Optional<Checkpoint> latest =
        resumed && checkpoints != null ? checkpoints.latest() : Optional.empty();
    latest.ifPresent(
        checkpoint -> {
          read(checkpoint.folder(), restore);
          firstStep = checkpoint.step();
        });
    if (log != null) {
      log.truncateAfter(firstStep);
    }
    if (!stage.isEmpty()) {
      progress = ProgressLine.open(stage, firstStep, totalSteps);
    }
    return firstStep;
  }

  private static void read(Path checkpoint, Consumer<SafetensorsReader> restore) {
    try (SafetensorsReader reader = SafetensorsReader.open(checkpoint.resolve(STATE))) {
      restore.accept(reader);
    }
  }

  /** Starts the clock of a step. */
  void stepBegins() {
    stepStarted = System.nanoTime();
  }

  /**
   * One update of the weights, unless its loss is no number.
   *
   * @return the gradient's norm before clipping
   */
  double guard(double loss, Updater updater, double learningRate) {
    updater.requireFinite("the loss", loss);
    return updater.update(learningRate);
  }

  /**
   * Ends a step: the progress line, and the log when it is due.
   *
   * @param total steps in all
   * @param logEvery steps between log rows; the last step is always logged
   * @param stepTokens tokens worked on in this step
   * @param shown names of the metrics on the progress line
   */
  void stepEnds(MetricsRow row, int total, int logEvery, int stepTokens, String... shown) {
    double seconds = (System.nanoTime() - stepStarted) / 1e9;
    tokens += stepTokens;
    timer.accept(seconds);
    if (progress != null) {
      progress.update(row, tokens, shown);
    }
    if (log != null && (row.step() % logEvery == 0 || row.step() == total)) {
      row.put("step_s", seconds).put("tokens_per_s", stepTokens / seconds);
      log.append(row);
      if (events != null) {
        events.write(row);
      }
    }
  }

  /** Writes a checkpoint when one is due; the last step always has one. */
  void checkpointIfDue(
      int step, int total, CheckpointConfig config, Supplier<List<NamedTensor>> state) {
    boolean due = config.every() > 0 && (step % config.every() == 0 || step == total);
    if (checkpoints == null || !due) {
      return;
    }
    try (TensorScope scope = TensorScope.withoutGradients()) {
      checkpoints.save(
          step, folder -> SafetensorsWriter.write(folder.resolve(STATE), state.get(), Map.of()));
    }
    lastSaved = step;
  }

  /**
   * Goes back to the last checkpoint of this run after a divergence.
   *
   * @return the exception to throw, whose message says which weights are left
   */
  DivergenceException rollBack(DivergenceException cause) {
    Consumer<SafetensorsReader> restore = restorer;
    Optional<Checkpoint> latest =
        checkpoints != null && (lastSaved >= 0 || firstStep > 0)
            ? checkpoints.latest()
            : Optional.empty();
    if (latest.isEmpty() || restore == null) {
      return new DivergenceException(
          cause.getMessage() + "; the weights are those before the failed step");
    }
    read(latest.get().folder(), restore);
    return new DivergenceException(
        cause.getMessage()
            + "; went back to the weights of step "
            + latest.get().step()
            + ", the last checkpoint");
  }

  /** Tokens worked on since this process took the run up. */
  public long tokens() {
    return tokens;
  }

  @Override
  public void close() {
    if (progress != null) {
      progress.close();
    }
    if (events != null) {
      events.close();
    }
    if (log != null) {
      log.close();
    }
  }
}
