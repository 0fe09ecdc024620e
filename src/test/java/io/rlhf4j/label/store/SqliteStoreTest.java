package io.rlhf4j.label.store;

/** The stores over one SQLite file. */
class SqliteStoreTest extends StoreTest {
  @Override
  String where() {
    return folder.resolve("label.db").toString();
  }
}
