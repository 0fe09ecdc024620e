package io.rlhf4j.label.store;

import java.nio.file.Path;
import java.time.InstantSource;
import org.junit.jupiter.api.io.TempDir;

/** The stores over one SQLite file. */
class SqliteStoreTest extends StoreTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  @Override
  Database open(InstantSource clock) {
    return Database.open(folder.resolve("label.db").toString(), clock);
  }
}
