package io.rlhf4j.label.store;

import org.junit.jupiter.api.extension.RegisterExtension;

/** The lead's stores over a real PostgreSQL server. */
class PostgresLeadStoreTest extends LeadStoreTest {
  @RegisterExtension static final PostgresServer SERVER = PostgresServer.ofAllTests();

  @Override
  String where() {
    return SERVER.newDatabase();
  }
}
