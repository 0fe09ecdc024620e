package io.rlhf4j.cli;

import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.FirstInstructions;
import io.rlhf4j.label.store.InstructionStore;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The option that says where labels are kept; the same for all commands about labeling. */
final class LabelDatabase {
  private static final String FILE = "label.db";

  @Option(
      names = "--database",
      description =
          "File of the database, or the JDBC URL of a PostgreSQL server (default "
              + FILE
              + "; of the demo, label-demo.db).")
  private @Nullable String database;

  Database open() {
    return open(FILE);
  }

  /**
   * @param otherwise the file when none is given
   */
  Database open(String otherwise) {
    Database opened = Database.open(database == null ? otherwise : database);
    FirstInstructions.addTo(new InstructionStore(opened));
    return opened;
  }
}
