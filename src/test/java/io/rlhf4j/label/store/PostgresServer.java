package io.rlhf4j.label.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/**
 * A real PostgreSQL server, which gives every test a database of its own. The first class that
 * needs it starts it, and it stops after the last; where it does not run, the tests are skipped.
 */
final class PostgresServer implements BeforeAllCallback, AutoCloseable {
  private static final PostgresServer OF_ALL_TESTS = new PostgresServer();

  private final AtomicInteger databases = new AtomicInteger();
  private @Nullable EmbeddedPostgres server;

  private PostgresServer() {}

  static PostgresServer ofAllTests() {
    return OF_ALL_TESTS;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    if (server != null) {
      return;
    }
    try {
      server = EmbeddedPostgres.builder().start();
    } catch (IOException | RuntimeException e) {
      Assumptions.abort("PostgreSQL does not start on this machine: " + e.getMessage());
    }
    // The root's store closes what is in it when the run is over.
    context.getRoot().getStore(Namespace.GLOBAL).put(PostgresServer.class, this);
  }

  /** The JDBC URL of a new, empty database. */
  String newDatabase() {
    String name = "label" + databases.incrementAndGet();
    try (Connection connection = started().getPostgresDatabase().getConnection();
        Statement statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
    String url = started().getJdbcUrl("postgres", name);
    assertThat(url).startsWith("jdbc:postgresql:");
    return url;
  }

  private EmbeddedPostgres started() {
    return requireNonNull(server);
  }

  @Override
  public void close() {
    try {
      started().close();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
