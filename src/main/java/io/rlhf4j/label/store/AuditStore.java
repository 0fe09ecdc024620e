package io.rlhf4j.label.store;

import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Who did what and when. Entries are only ever added. */
public final class AuditStore {
  /** One entry. */
  public record Entry(
      long at, @Nullable String personId, String action, String subject, String detail) {}

  private final Database database;

  public AuditStore(Database database) {
    this.database = database;
  }

  /** Newest first. */
  public List<Entry> latest(int count) {
    return database.read(
        h ->
            h.createQuery("SELECT * FROM audit ORDER BY at DESC, id LIMIT :count")
                .bind("count", count)
                .map(
                    (rs, c) ->
                        new Entry(
                            rs.getLong("at"),
                            rs.getString("person_id"),
                            rs.getString("action"),
                            rs.getString("subject"),
                            rs.getString("detail")))
                .list());
  }

  public void add(@Nullable String personId, String action, String subject, String detail) {
    database.write(
        h -> {
          add(h, database.now(), personId, action, subject, detail);
          return 0;
        });
  }

  /** Inside a transaction, so that the entry stands exactly when the deed does. */
  public static void add(
      Handle h, long now, @Nullable String personId, String action, String subject, String detail) {
    h.createUpdate(
            "INSERT INTO audit (id, at, person_id, action, subject, detail)"
                + " VALUES (:id, :at, :person, :action, :subject, :detail)")
        .bind("id", Ids.next())
        .bind("at", now)
        .bind("person", personId)
        .bind("action", action)
        .bind("subject", subject)
        .bind("detail", detail)
        .execute();
  }
}
