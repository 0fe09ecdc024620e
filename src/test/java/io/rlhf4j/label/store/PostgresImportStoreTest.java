package io.rlhf4j.label.store;

import org.junit.jupiter.api.extension.RegisterExtension;

/** Bringing files in over a real PostgreSQL server. */
class PostgresImportStoreTest extends ImportStoreTest {
  @RegisterExtension static final PostgresServer SERVER = PostgresServer.ofAllTests();

  @Override
  String where() {
    return SERVER.newDatabase();
  }
}
