package io.rlhf4j.label.store;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The lead's stores over a real PostgreSQL server. */
class PostgresLeadStoreTest extends LeadStoreTest {
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
