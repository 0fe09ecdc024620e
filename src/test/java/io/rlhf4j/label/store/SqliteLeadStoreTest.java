package io.rlhf4j.label.store;

/** The lead's stores over one SQLite file. */
class SqliteLeadStoreTest extends LeadStoreTest {
  @Override
  String where() {
    return folder.resolve("label.db").toString();
  }
}
