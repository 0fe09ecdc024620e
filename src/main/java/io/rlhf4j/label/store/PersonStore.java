package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** People, the invitations by which they come, and their passwords' hashes. */
public final class PersonStore {
  /** How long a link of invitation works. */
  public static final Duration INVITATION = Duration.ofDays(14);

  /** A link of invitation that works. */
  public record Invitation(PersonRole role, String note, @Nullable String createdBy) {}

  private final Database database;

  public PersonStore(Database database) {
    this.database = database;
  }

  public List<Person> all() {
    return database.read(
        h -> h.createQuery("SELECT * FROM people ORDER BY name, id").map(PersonStore::row).list());
  }

  public @Nullable Person find(String id) {
    return database.find(h -> find(h, id));
  }

  static @Nullable Person find(Handle h, String id) {
    return h.createQuery("SELECT * FROM people WHERE id = :id")
        .bind("id", id)
        .map(PersonStore::row)
        .findOne()
        .orElse(null);
  }

  public @Nullable Person byLogin(String login) {
    return database.find(
        h ->
            h.createQuery("SELECT * FROM people WHERE login = :login")
                .bind("login", key(login))
                .map(PersonStore::row)
                .findOne()
                .orElse(null));
  }

  public @Nullable String passwordHash(String personId) {
    return database.find(
        h ->
            h.createQuery("SELECT password_hash FROM people WHERE id = :id")
                .bind("id", personId)
                .mapTo(String.class)
                .findOne()
                .orElse(null));
  }

  public boolean hasLead() {
    return database.read(PersonStore::hasLead);
  }

  private static boolean hasLead(Handle h) {
    return h.createQuery("SELECT count(*) FROM people WHERE role = 'LEAD' AND active = 1")
            .mapTo(Integer.class)
            .one()
        > 0;
  }

  /** Makes a person without an invitation: for demonstrations and tests. */
  public Person add(String login, String name, String passwordHash, PersonRole role) {
    return database.write(h -> add(h, login, name, passwordHash, role));
  }

  private Person add(Handle h, String login, String name, String hash, PersonRole role) {
    String key = key(login);
    boolean taken =
        h.createQuery("SELECT count(*) FROM people WHERE login = :login")
                .bind("login", key)
                .mapTo(Integer.class)
                .one()
            > 0;
    if (taken) {
      throw new InputException("the login '" + key + "' is taken; choose another");
    }
    Person person =
        new Person(Ids.next(), key, name, "labeler-" + Ids.next().substring(0, 8), role, true);
    h.createUpdate(
            "INSERT INTO people"
                + " (id, login, name, pseudonym, password_hash, role, active, created_at)"
                + " VALUES (:id, :login, :name, :pseudonym, :hash, :role, 1, :now)")
        .bind("id", person.id())
        .bind("login", key)
        .bind("name", name)
        .bind("pseudonym", person.pseudonym())
        .bind("hash", hash)
        .bind("role", role.name())
        .bind("now", database.now())
        .execute();
    return person;
  }

  /** Makes an invitation and returns the token for its link. */
  public String invite(PersonRole role, String note, @Nullable String createdBy) {
    String token = Ids.token();
    database.write(
        h -> {
          h.createUpdate(
                  "INSERT INTO invitations"
                      + " (token_hash, role, note, created_by, created_at, expires_at)"
                      + " VALUES (:hash, :role, :note, :by, :now, :until)")
              .bind("hash", Ids.hash(token))
              .bind("role", role.name())
              .bind("note", note)
              .bind("by", createdBy)
              .bind("now", database.now())
              .bind("until", database.now() + INVITATION.toMillis())
              .execute();
          AuditStore.add(h, database.now(), createdBy, "invite", role.name(), note);
          return 0;
        });
    return token;
  }

  /** The invitation behind a link, or null when it is unknown, used or too old. */
  public @Nullable Invitation invitation(String token) {
    return database.find(h -> invitation(h, token));
  }

  private @Nullable Invitation invitation(Handle h, String token) {
    return h.createQuery(
            "SELECT * FROM invitations"
                + " WHERE token_hash = :hash AND used_by IS NULL AND expires_at > :now")
        .bind("hash", Ids.hash(token))
        .bind("now", database.now())
        .map(
            (rs, c) ->
                new Invitation(
                    PersonRole.valueOf(rs.getString("role")),
                    rs.getString("note"),
                    rs.getString("created_by")))
        .findOne()
        .orElse(null);
  }

  /** Turns an invitation into a person; a link works once. */
  public Person accept(String token, String login, String name, String passwordHash) {
    return database.write(
        h -> {
          Invitation invitation = invitation(h, token);
          if (invitation == null) {
            throw new InputException(
                "this invitation was used already or is too old; ask for a new one");
          }
          if (invitation.createdBy() == null && hasLead(h)) {
            // A link printed at an earlier start must not make a second first lead.
            throw new InputException("there is a lead already; ask them for an invitation");
          }
          Person person = add(h, login, name, passwordHash, invitation.role());
          h.createUpdate("UPDATE invitations SET used_by = :person WHERE token_hash = :hash")
              .bind("person", person.id())
              .bind("hash", Ids.hash(token))
              .execute();
          AuditStore.add(h, database.now(), person.id(), "join", person.id(), person.role().name());
          return person;
        });
  }

  /** Changes role or access; taking access away ends all of the person's sessions. */
  public void change(String personId, PersonRole role, boolean active, String byWhom) {
    database.write(
        h -> {
          h.createUpdate("UPDATE people SET role = :role, active = :active WHERE id = :id")
              .bind("role", role.name())
              .bind("active", active ? 1 : 0)
              .bind("id", personId)
              .execute();
          if (!active) {
            h.createUpdate("DELETE FROM sessions WHERE person_id = :id")
                .bind("id", personId)
                .execute();
          }
          AuditStore.add(
              h, database.now(), byWhom, "change person", personId, role + " active=" + active);
          return 0;
        });
  }

  /** A new password ends the person's sessions. */
  public void setPassword(String personId, String passwordHash, String byWhom) {
    database.write(
        h -> {
          h.createUpdate("UPDATE people SET password_hash = :hash WHERE id = :id")
              .bind("hash", passwordHash)
              .bind("id", personId)
              .execute();
          h.createUpdate("DELETE FROM sessions WHERE person_id = :id")
              .bind("id", personId)
              .execute();
          AuditStore.add(h, database.now(), byWhom, "set password", personId, "");
          return 0;
        });
  }

  private static String key(String login) {
    return login.strip().toLowerCase(Locale.ROOT);
  }

  static Person row(ResultSet rs, org.jdbi.v3.core.statement.StatementContext context)
      throws SQLException {
    return new Person(
        rs.getString("id"),
        rs.getString("login"),
        rs.getString("name"),
        rs.getString("pseudonym"),
        PersonRole.valueOf(rs.getString("role")),
        rs.getInt("active") == 1);
  }
}
