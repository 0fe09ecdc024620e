package io.rlhf4j.label.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** All that is stored about one person: to be handed out, or to be erased. */
public final class LabelerDataStore {
  /** The tables that hold something of a person, and how their rows are found. */
  private static final Map<String, String> TABLES =
      Map.of(
          "assignments", "person_id = :id",
          "submissions", "person_id = :id",
          "drafts", "assignment_id IN (SELECT id FROM assignments WHERE person_id = :id)",
          "outputs", "author_id = :id",
          "surveys", "person_id = :id",
          "self_assessments", "person_id = :id",
          "screening_decisions", "person_id = :id",
          "audit", "person_id = :id");

  private final Database database;

  public LabelerDataStore(Database database) {
    this.database = database;
  }

  /** Everything about a person but the password's hash. */
  public ObjectNode export(String personId) {
    return database.read(
        h -> {
          Person person = require(h, personId);
          ObjectNode all = JsonNodeFactory.instance.objectNode();
          all.putObject("person")
              .put("login", person.login())
              .put("name", person.name())
              .put("pseudonym", person.pseudonym())
              .put("role", person.role().name());
          TABLES.keySet().stream()
              .sorted()
              .forEach(table -> all.set(table, rows(h, table, personId)));
          return all;
        });
  }

  /**
   * Erases a person: account, drafts, labels, survey, self-assessment. Their places on items become
   * free again. What stays is an account without a name that nobody can use, so that the audit log
   * still adds up.
   */
  public void erase(String personId, String byWhom) {
    if (personId.equals(byWhom)) {
      throw new InputException("you cannot erase yourself; ask another lead");
    }
    database.write(
        h -> {
          Person person = require(h, personId);
          if (person.role() == PersonRole.LEAD) {
            throw new InputException("a lead cannot be erased; make them a viewer first");
          }
          update(
              h,
              "UPDATE items SET taken = taken - 1 WHERE id IN (SELECT item_id FROM assignments"
                  + " WHERE person_id = :id AND state IN ('LEASED', 'SUBMITTED'))",
              personId);
          String own = "(SELECT id FROM submissions WHERE person_id = :id)";
          update(h, "DELETE FROM demonstration_ratings WHERE submission_id IN " + own, personId);
          String held = "(SELECT id FROM assignments WHERE person_id = :id)";
          update(h, "DELETE FROM drafts WHERE assignment_id IN " + held, personId);
          for (String table :
              List.of(
                  "submissions",
                  "assignments",
                  "surveys",
                  "self_assessments",
                  "screening_decisions",
                  "sessions")) {
            update(h, "DELETE FROM " + table + " WHERE person_id = :id", personId);
          }
          update(h, "UPDATE outputs SET text = '[erased]' WHERE author_id = :id", personId);
          // A reason for skipping may be anything the person wrote.
          update(h, "UPDATE audit SET detail = '' WHERE person_id = :id", personId);
          update(
              h,
              "UPDATE people SET login = 'erased-' || id, name = 'erased', pseudonym ="
                  + " 'erased-' || id, password_hash = '', active = 0 WHERE id = :id",
              personId);
          AuditStore.add(h, database.now(), byWhom, "erase person", personId, "");
          return 0;
        });
  }

  private static Person require(Handle h, String personId) {
    Person person = PersonStore.find(h, personId);
    if (person == null) {
      throw new InputException("there is no such person");
    }
    return person;
  }

  private static void update(Handle h, String sql, String personId) {
    h.createUpdate(sql).bind("id", personId).execute();
  }

  private static ArrayNode rows(Handle h, String table, String personId) {
    ArrayNode list = JsonNodeFactory.instance.arrayNode();
    h.createQuery("SELECT * FROM " + table + " WHERE " + TABLES.get(table))
        .bind("id", personId)
        .mapToMap()
        .forEach(
            row -> {
              ObjectNode object = list.addObject();
              row.forEach(
                  (column, value) -> {
                    if (value instanceof Number number) {
                      object.put(column, number.longValue());
                    } else {
                      object.put(column, value == null ? null : value.toString());
                    }
                  });
            });
    return list;
  }
}
