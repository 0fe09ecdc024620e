package io.rlhf4j.label.store;

import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** The same stores over a real PostgreSQL server. */
class PostgresStoreTest extends StoreTest {
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
  Database open(InstantSource clock) {
    return Database.open(server.newDatabase(), clock);
  }
}
