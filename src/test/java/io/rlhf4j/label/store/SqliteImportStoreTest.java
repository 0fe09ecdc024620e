package io.rlhf4j.label.store;

/** Bringing files in over one SQLite file. */
class SqliteImportStoreTest extends ImportStoreTest {
  @Override
  Database open() {
    return Database.open(folder.resolve("label.db").toString());
  }
}
