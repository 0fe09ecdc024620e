package io.rlhf4j.train;

import io.rlhf4j.train.Checkpoints.Better;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.OptionalDouble;

/** A process that resumes a run and saves checkpoint after checkpoint until it is killed. */
final class CheckpointSaver {
  private CheckpointSaver() {}

  public static void main(String[] args) {
    Path run = Path.of(args[0]);
    Checkpoints checkpoints =
        new Checkpoints(
            run,
            2,
            Better.LOWER,
            warning -> {
              throw new IllegalStateException(warning);
            });
    int step = checkpoints.latest().map(Checkpoint::step).orElse(0);
    while (true) {
      step++;
      int now = step;
      // Every tenth step is the best so far; every third is saved twice, as at the end of a run.
      double metric = now % 10 == 0 ? -now : now;
      for (int i = 0; i < (now % 3 == 0 ? 2 : 1); i++) {
        checkpoints.save(now, OptionalDouble.of(metric), folder -> write(folder, now));
      }
      System.out.println(now);
      System.out.flush();
    }
  }

  /** Files whose content follows from the step. */
  static void write(Path folder, int step) throws IOException {
    Files.write(folder.resolve("weights.bin"), weights(step));
    Files.writeString(folder.resolve("state.json"), "{\"step\": " + step + "}");
    Files.createDirectory(folder.resolve("tokenizer"));
    Files.writeString(folder.resolve("tokenizer/vocab.txt"), "v".repeat(step % 100));
  }

  static byte[] weights(int step) {
    byte[] weights = new byte[200_000];
    Arrays.fill(weights, (byte) step);
    return weights;
  }
}
