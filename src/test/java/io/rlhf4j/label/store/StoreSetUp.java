package io.rlhf4j.label.store;

import io.rlhf4j.label.web.Stores;
import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** Every test of the stores has an empty database of its own; on which kind, subclasses say. */
abstract class StoreSetUp {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @SuppressWarnings("NullAway.Init") // opened before each test
  Database database;

  @SuppressWarnings("NullAway.Init")
  Setting setting;

  @SuppressWarnings("NullAway.Init")
  Stores stores;

  /** A file in the folder, or the address of a database on a server. */
  abstract String where();

  /** What the database takes for the time. */
  InstantSource clock() {
    return InstantSource.system();
  }

  @BeforeEach
  void openDatabase() {
    database = Database.open(where(), clock());
    setting = Setting.over(database);
    stores = setting.stores();
  }

  @AfterEach
  void closeDatabase() {
    database.close();
  }
}
