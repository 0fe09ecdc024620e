package io.rlhf4j.label.store;

/** The lead's stores over one SQLite file. */
class SqliteLeadStoreTest extends LeadStoreTest {
  @Override
  Database open() {
    return Database.open(files.resolve("label.db").toString());
  }
}
