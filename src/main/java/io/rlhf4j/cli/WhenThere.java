package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.train.WhenRunExists;
import picocli.CommandLine.Option;

/** The options that say what to do when the run folder already holds a run. */
final class WhenThere {
  @Option(
      names = "--resume",
      description = "Go on where an earlier, interrupted run of the same folder stopped.")
  private boolean resume;

  @Option(names = "--overwrite", description = "Delete the run that is in the folder.")
  private boolean overwrite;

  WhenRunExists choice() {
    if (resume && overwrite) {
      throw new InputException("--resume and --overwrite exclude each other; give one of them");
    }
    return resume
        ? WhenRunExists.RESUME
        : overwrite ? WhenRunExists.OVERWRITE : WhenRunExists.REFUSE;
  }
}
