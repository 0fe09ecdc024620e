package io.rlhf4j.eval.task;

import java.nio.file.Path;
import java.util.Optional;

/** A task and the data file that was found for it. */
public record TaskFiles(TaskDefinition task, Path data) {
  /** The task with the first of its data files that lies below the folder; .gz will do. */
  public static Optional<TaskFiles> find(TaskDefinition task, Path folder) {
    return TaskData.find(task, folder).map(file -> new TaskFiles(task, file));
  }
}
