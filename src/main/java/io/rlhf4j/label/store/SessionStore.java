package io.rlhf4j.label.store;

import io.rlhf4j.label.Person;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Who is signed in. The cookie's token is stored as a hash only. */
public final class SessionStore {
  private static final Duration LIFE = Duration.ofDays(14);

  /**
   * A signed-in browser.
   *
   * @param csrf what its forms must send along
   */
  public record Session(Person person, String csrf) {}

  private final Database database;

  public SessionStore(Database database) {
    this.database = database;
  }

  /** Signs a person in and returns the token for the cookie. */
  public String start(Person person) {
    String token = Ids.token();
    long now = database.now();
    database.write(
        h -> {
          h.createUpdate("DELETE FROM sessions WHERE expires_at < :now").bind("now", now).execute();
          h.createUpdate(
                  "INSERT INTO sessions (token_hash, person_id, csrf, created_at, expires_at)"
                      + " VALUES (:hash, :person, :csrf, :now, :until)")
              .bind("hash", Ids.hash(token))
              .bind("person", person.id())
              .bind("csrf", Ids.token())
              .bind("now", now)
              .bind("until", now + LIFE.toMillis())
              .execute();
          AuditStore.add(h, now, person.id(), "sign in", person.id(), "");
          return 0;
        });
    return token;
  }

  /** The session of a cookie, or null when there is none or its person lost access. */
  public @Nullable Session find(String token) {
    return database.find(
        h ->
            h.createQuery(
                    "SELECT p.*, s.csrf FROM sessions s JOIN people p ON p.id = s.person_id"
                        + " WHERE s.token_hash = :hash AND s.expires_at > :now AND p.active = 1")
                .bind("hash", Ids.hash(token))
                .bind("now", database.now())
                .map((rs, c) -> new Session(PersonStore.row(rs, c), rs.getString("csrf")))
                .findOne()
                .orElse(null));
  }

  public void end(String token) {
    database.write(
        h ->
            h.createUpdate("DELETE FROM sessions WHERE token_hash = :hash")
                .bind("hash", Ids.hash(token))
                .execute());
  }
}
