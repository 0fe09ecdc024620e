package io.rlhf4j.label.store;

/** Bringing files in over one SQLite file. */
class SqliteImportStoreTest extends ImportStoreTest {
  @Override
  String where() {
    return folder.resolve("label.db").toString();
  }
}
