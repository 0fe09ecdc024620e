package io.rlhf4j.label.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A database that cannot be used is refused with a sentence that says what to do. */
class DatabaseTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private void refused(String where, String... words) {
    assertThatThrownBy(() -> Database.open(where).close())
        .isInstanceOf(InputException.class)
        .hasMessageContainingAll(words);
  }

  @Test
  void oneOfANewerProgramIsLeftAlone() {
    String file = folder.resolve("newer.db").toString();
    try (Database database = Database.open(file)) {
      database.write(
          h ->
              h.execute(
                  "INSERT INTO flyway_schema_history (installed_rank, version, description, type,"
                      + " script, checksum, installed_by, execution_time, success)"
                      + " VALUES (99, '99', 'later', 'SQL', 'V99__later.sql', 1, 'x', 1, 1)"));
    }
    refused(file, "newer.db has schema 99", "written by a newer rlhf4j", "Update rlhf4j");
  }

  @Test
  void aFileThatIsNoDatabaseIsNotTouched() throws IOException {
    Path file = folder.resolve("notes.txt");
    String notes = "These are notes, and longer than the header of a database would be.".repeat(9);
    Files.writeString(file, notes);
    refused(file.toString(), "is not a database", "choose another file");
    assertThat(Files.readString(file)).isEqualTo(notes);
  }

  @Test
  void aReadOnlyFileIsRefusedBeforeAnybodyLabels() throws IOException {
    Path file = folder.resolve("old.db");
    Database.open(file.toString()).close();
    assertThat(file.toFile().setWritable(false)).isTrue();
    Assumptions.assumeFalse(Files.isWritable(file), "this user may write to everything");
    refused(file.toString(), "old.db is read-only", "Make it writable");
  }

  @Test
  void aFolderAndAMissingFolderAreNamed() {
    refused(folder.toString(), "is a folder", "label.db");
    refused(folder.resolve("missing/label.db").toString(), "missing does not exist", "make it");
  }

  @Test
  void aForeignUrlIsRefusedAndNoPasswordIsRepeated() {
    refused("jdbc:oracle:thin:@x", "must be a file or begin with jdbc:postgresql:");
    assertThatThrownBy(
            () -> Database.open("jdbc:postgresql://127.0.0.1:1/x?user=ada&password=secret").close())
        .isInstanceOf(InputException.class)
        .hasMessageContaining("password=...")
        .hasMessageNotContaining("secret");
  }

  @Test
  void openingTwiceKeepsWhatIsThere() {
    String file = folder.resolve("twice.db").toString();
    try (Database database = Database.open(file)) {
      Setting.over(database);
    }
    try (Database database = Database.open("jdbc:sqlite:" + file)) {
      assertThat(new InstructionStore(database).all()).hasSize(2);
    }
  }
}
