package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Instruction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Labeling instructions; a change is a new version, never an edit. */
public final class InstructionStore {
  private final Database database;

  public InstructionStore(Database database) {
    this.database = database;
  }

  /** Newest versions first within each name. */
  public List<Instruction> all() {
    return database.read(
        h ->
            h.createQuery("SELECT * FROM instructions ORDER BY name, version DESC")
                .map(InstructionStore::row)
                .list());
  }

  public @Nullable Instruction find(String id) {
    return database.find(
        h ->
            h.createQuery("SELECT * FROM instructions WHERE id = :id")
                .bind("id", id)
                .map(InstructionStore::row)
                .findOne()
                .orElse(null));
  }

  public @Nullable Instruction latest(String name) {
    return database.find(
        h ->
            h.createQuery(
                    "SELECT * FROM instructions WHERE name = :name ORDER BY version DESC LIMIT 1")
                .bind("name", name)
                .map(InstructionStore::row)
                .findOne()
                .orElse(null));
  }

  /** Adds the next version of a set of instructions. */
  public Instruction add(String name, String body, @Nullable String byWhom) {
    return database.write(
        h -> {
          int last =
              h.createQuery("SELECT coalesce(max(version), 0) FROM instructions WHERE name = :name")
                  .bind("name", name)
                  .mapTo(Integer.class)
                  .one();
          Instruction next = new Instruction(Ids.next(), name, last + 1, body, database.now());
          h.createUpdate(
                  "INSERT INTO instructions (id, name, version, body, created_at)"
                      + " VALUES (:id, :name, :version, :body, :now)")
              .bind("id", next.id())
              .bind("name", name)
              .bind("version", next.version())
              .bind("body", body)
              .bind("now", next.createdAt())
              .execute();
          AuditStore.add(
              h, next.createdAt(), byWhom, "add instructions", next.id(), name + " " + (last + 1));
          return next;
        });
  }

  /**
   * Adds the version after one that somebody read and changed.
   *
   * @throws InputException when another version was written meanwhile, which this one would undo
   */
  public Instruction follow(Instruction before, String body, String byWhom) {
    return database.write(
        h -> {
          Instruction next =
              new Instruction(
                  Ids.next(), before.name(), before.version() + 1, body, database.now());
          int added =
              h.createUpdate(
                      "INSERT INTO instructions (id, name, version, body, created_at)"
                          + " VALUES (:id, :name, :version, :body, :now)"
                          + " ON CONFLICT (name, version) DO NOTHING")
                  .bind("id", next.id())
                  .bind("name", next.name())
                  .bind("version", next.version())
                  .bind("body", body)
                  .bind("now", next.createdAt())
                  .execute();
          if (added == 0) {
            throw new InputException(
                "version %d of the %s instructions was written meanwhile; read it and change that one"
                    .formatted(next.version(), next.name()));
          }
          AuditStore.add(
              h,
              next.createdAt(),
              byWhom,
              "add instructions",
              next.id(),
              next.name() + " " + next.version());
          return next;
        });
  }

  private static Instruction row(ResultSet rs, StatementContext context) throws SQLException {
    return new Instruction(
        rs.getString("id"),
        rs.getString("name"),
        rs.getInt("version"),
        rs.getString("body"),
        rs.getLong("created_at"));
  }
}
