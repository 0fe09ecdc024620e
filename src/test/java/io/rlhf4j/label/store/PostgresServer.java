package io.rlhf4j.label.store;

import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Assumptions;

/** A real PostgreSQL server for tests, which gives every test a database of its own. */
final class PostgresServer implements AutoCloseable {
  private final AtomicInteger databases = new AtomicInteger();
  private final EmbeddedPostgres server;

  private PostgresServer(EmbeddedPostgres server) {
    this.server = server;
  }

  /** Skips the tests on a machine where the server does not run. */
  static PostgresServer start() {
    try {
      return new PostgresServer(EmbeddedPostgres.builder().start());
    } catch (IOException | RuntimeException e) {
      return Assumptions.abort("PostgreSQL does not start on this machine: " + e.getMessage());
    }
  }

  /** The JDBC URL of a new, empty database. */
  String newDatabase() {
    String name = "label" + databases.incrementAndGet();
    try (Connection connection = server.getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    String url = server.getJdbcUrl("postgres", name);
    assertThat(url).startsWith("jdbc:postgresql:");
    return url;
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
