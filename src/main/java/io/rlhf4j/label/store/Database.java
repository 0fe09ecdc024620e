package io.rlhf4j.label.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.rlhf4j.data.InputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Properties;
import org.flywaydb.core.api.FlywayException;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The labeling database: one SQLite file, or a PostgreSQL server behind a JDBC URL. What {@link
 * #write} has returned from is on disk.
 */
public final class Database implements AutoCloseable {
  /** Work with a connection; its result must not hold on to the connection. */
  @FunctionalInterface
  public interface Work<T> {
    T with(Handle handle);
  }

  /** The same where there may be no result. */
  @FunctionalInterface
  public interface Search<T> {
    @Nullable T with(Handle handle);
  }

  private final HikariDataSource pool;
  private final Jdbi jdbi;
  private final InstantSource clock;

  /** Null on PostgreSQL, which looks after many writers by itself. */
  private final @Nullable GroupCommit group;

  private Database(HikariDataSource pool, boolean sqlite, InstantSource clock) {
    this.pool = pool;
    this.jdbi = Jdbi.create(pool);
    this.group = sqlite ? new GroupCommit(jdbi) : null;
    this.clock = clock;
  }

  /** Opens the database, makes it if it is absent, and brings its schema up to date. */
  public static Database open(String where) {
    return open(where, InstantSource.system());
  }

  /**
   * @param where a file's path, or a JDBC URL as in {@code jdbc:postgresql://host/name?user=me}
   * @param clock what time it is, for leases, sessions and the audit log
   */
  public static Database open(String where, InstantSource clock) {
    boolean sqlite = !where.startsWith("jdbc:") || where.startsWith("jdbc:sqlite:");
    if (!sqlite && !where.startsWith("jdbc:postgresql:")) {
      throw new InputException(
          "--database must be a file or begin with jdbc:postgresql: or jdbc:sqlite:, was " + where);
    }
    HikariDataSource pool = null;
    try {
      pool = new HikariDataSource(sqlite ? sqlite(where) : postgres(where));
      Migrations.bringUpToDate(pool, withoutPassword(where));
      return new Database(pool, sqlite, clock);
    } catch (RuntimeException e) {
      if (pool != null) {
        pool.close();
      }
      throw explained(where, e);
    }
  }

  private static HikariConfig sqlite(String where) {
    String file = where.startsWith("jdbc:sqlite:") ? where.substring(12) : where;
    Path path = Path.of(file).toAbsolutePath();
    Path folder = path.getParent();
    if (Files.isDirectory(path) || folder == null) {
      throw new InputException(
          "the database " + path + " is a folder; name a file, for instance " + path + "/label.db");
    }
    if (!Files.isDirectory(folder)) {
      throw new InputException(
          "the folder " + folder + " does not exist; make it or put the database elsewhere");
    }
    if (Files.exists(path) ? !Files.isWritable(path) : !Files.isWritable(folder)) {
      throw new InputException(
          "the database " + path + " is read-only; labels could not be saved. Make it writable");
    }
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl("jdbc:sqlite:" + path);
    config.setMaximumPoolSize(8);
    Properties properties = new Properties();
    properties.setProperty("journal_mode", "WAL"); // readers do not wait for the writer
    properties.setProperty("synchronous", "FULL"); // acknowledged means on disk
    properties.setProperty("foreign_keys", "true");
    properties.setProperty("busy_timeout", "15000");
    properties.setProperty("transaction_mode", "IMMEDIATE"); // a reader turned writer can starve
    config.setDataSourceProperties(properties);
    return config;
  }

  private static HikariConfig postgres(String where) {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(where);
    config.setMaximumPoolSize(12);
    config.setConnectionTimeout(10_000);
    return config;
  }

  /** A sentence for what a user can mend; anything else as it is. */
  private static RuntimeException explained(String where, RuntimeException e) {
    if (e instanceof InputException) {
      return e;
    }
    String all = messages(e);
    String name = withoutPassword(where);
    if (all.contains("SQLITE_NOTADB")) {
      return new InputException(name + " is not a database; choose another file", e);
    }
    if (all.contains("SQLITE_READONLY") || all.contains("read-only")) {
      return new InputException(
          "the database " + name + " is read-only; labels could not be saved. Make it writable", e);
    }
    if (e instanceof FlywayException) {
      return new InputException(
          "the schema of " + name + " is not one of this program: " + e.getMessage(), e);
    }
    return new InputException("cannot open the database " + name + ": " + last(e), e);
  }

  private static String messages(Throwable e) {
    StringBuilder all = new StringBuilder();
    for (Throwable t = e; t != null; t = t.getCause()) {
      all.append(t.getMessage()).append('\n');
    }
    return all.toString();
  }

  private static String last(Throwable e) {
    Throwable t = e;
    while (t.getCause() != null) {
      t = t.getCause();
    }
    return String.valueOf(t.getMessage());
  }

  /** A JDBC URL may hold a password, which no message shall repeat. */
  private static String withoutPassword(String where) {
    return where.replaceAll("(?i)(password=)[^&]*", "$1...");
  }

  /** Milliseconds since 1970. */
  public long now() {
    return clock.millis();
  }

  /** What time it is. */
  public Instant instant() {
    return clock.instant();
  }

  boolean isSqlite() {
    return group != null;
  }

  /** Reads; sees what was written before it began. */
  public <T> T read(Work<T> work) {
    try (Handle handle = jdbi.open()) {
      return work.with(handle);
    }
  }

  /** Reads what may not be there. */
  public <T> @Nullable T find(Search<T> search) {
    try (Handle handle = jdbi.open()) {
      return search.with(handle);
    }
  }

  /** Writes, all or nothing. */
  public <T> T write(Work<T> work) {
    T result = writeOrNot(work::with);
    if (result == null) {
      throw new IllegalStateException("this work always has a result");
    }
    return result;
  }

  /** Writes, all or nothing, where there may be no result. */
  public <T> @Nullable T writeOrNot(Search<T> work) {
    if (group != null) {
      return group.write(work);
    }
    try (Handle handle = jdbi.open()) {
      handle.begin();
      try {
        T result = work.with(handle);
        handle.commit();
        return result;
      } catch (RuntimeException | Error e) {
        handle.rollback();
        throw e;
      }
    }
  }

  @Override
  public void close() {
    pool.close();
  }
}
