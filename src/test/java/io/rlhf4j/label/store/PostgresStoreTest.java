package io.rlhf4j.label.store;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The same stores over a real PostgreSQL server. */
class PostgresStoreTest extends StoreTest {
  @RegisterExtension static final PostgresServer SERVER = PostgresServer.ofAllTests();

  @Override
  String where() {
    return SERVER.newDatabase();
  }
}
