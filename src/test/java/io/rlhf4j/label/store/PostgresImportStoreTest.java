package io.rlhf4j.label.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** Bringing files in over a real PostgreSQL server. */
class PostgresImportStoreTest extends ImportStoreTest {
  @SuppressWarnings("NullAway.Init") // started before the tests
  private static PostgresServer server;

  @BeforeAll
  static void startServer() {
    server = PostgresServer.start();
  }

  @AfterAll
  static void stopServer() {
    if (server != null) { // it did not start
      server.close();
    }
  }

  @Override
  Database open() {
    return Database.open(server.newDatabase());
  }
}
