package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.PersonRole;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What leads note while they choose labelers (paper, appendix B.1). */
public final class ScreeningStore {
  /** A lead's choice about a candidate. */
  public enum Decision {
    ACCEPTED,
    HELD_OUT,
    DECLINED
  }

  private final Database database;

  public ScreeningStore(Database database) {
    this.database = database;
  }

  /** Notes how good a demonstration is; a later rating replaces an earlier one. */
  public void rate(String submissionId, int likert, String byWhom) {
    if (likert < 1 || likert > 7) {
      throw new InputException("demonstrations are rated 1 to 7, was " + likert);
    }
    database.write(
        h -> {
          h.createUpdate(
                  "INSERT INTO demonstration_ratings (submission_id, likert, rated_by, rated_at)"
                      + " VALUES (:id, :likert, :by, :now) ON CONFLICT (submission_id)"
                      + " DO UPDATE SET likert = :likert, rated_by = :by, rated_at = :now")
              .bind("id", submissionId)
              .bind("likert", likert)
              .bind("by", byWhom)
              .bind("now", database.now())
              .execute();
          AuditStore.add(
              h,
              database.now(),
              byWhom,
              "rate demonstration",
              submissionId,
              String.valueOf(likert));
          return 0;
        });
  }

  /** Ratings by submission. */
  public Map<String, Integer> ratings() {
    return database.read(
        h -> {
          Map<String, Integer> ratings = new HashMap<>();
          h.createQuery("SELECT submission_id, likert FROM demonstration_ratings")
              .map((rs, c) -> Map.entry(rs.getString("submission_id"), rs.getInt("likert")))
              .forEach(entry -> ratings.put(entry.getKey(), entry.getValue()));
          return ratings;
        });
  }

  /** For what topics or groups of people somebody feels able to tell sensitive speech. */
  public void assess(String personId, String text) {
    if (text.length() > 4000) {
      throw new InputException("the self-assessment is longer than 4000 characters");
    }
    database.write(
        h -> {
          h.createUpdate(
                  "INSERT INTO self_assessments (person_id, text, at) VALUES (:id, :text, :now)"
                      + " ON CONFLICT (person_id) DO UPDATE SET text = :text, at = :now")
              .bind("id", personId)
              .bind("text", text)
              .bind("now", database.now())
              .execute();
          return 0;
        });
  }

  /** Self-assessments by person. */
  public Map<String, String> assessments() {
    return texts("SELECT person_id, text AS value FROM self_assessments");
  }

  /** Decisions by person. */
  public Map<String, Decision> decisions() {
    Map<String, Decision> decisions = new LinkedHashMap<>();
    texts("SELECT person_id, decision AS value FROM screening_decisions")
        .forEach((person, decision) -> decisions.put(person, Decision.valueOf(decision)));
    return decisions;
  }

  /** Decides, and gives the person the role that follows from it. */
  public void decide(String personId, Decision decision, String note, String byWhom) {
    PersonRole role = decision == Decision.HELD_OUT ? PersonRole.HELD_OUT : PersonRole.LABELER;
    database.write(
        h -> {
          h.createUpdate(
                  "INSERT INTO screening_decisions (person_id, decision, note, decided_by,"
                      + " decided_at) VALUES (:id, :decision, :note, :by, :now)"
                      + " ON CONFLICT (person_id) DO UPDATE SET decision = :decision,"
                      + " note = :note, decided_by = :by, decided_at = :now")
              .bind("id", personId)
              .bind("decision", decision.name())
              .bind("note", note)
              .bind("by", byWhom)
              .bind("now", database.now())
              .execute();
          h.createUpdate(
                  "UPDATE people SET role = :role, active = :active WHERE id = :id"
                      + " AND role IN ('LABELER', 'HELD_OUT')")
              .bind("role", role.name())
              .bind("active", decision == Decision.DECLINED ? 0 : 1)
              .bind("id", personId)
              .execute();
          if (decision == Decision.DECLINED) {
            h.createUpdate("DELETE FROM sessions WHERE person_id = :id")
                .bind("id", personId)
                .execute();
          }
          AuditStore.add(
              h, database.now(), byWhom, "screening decision", personId, decision.name());
          return 0;
        });
  }

  /** Sets the answer that a lead expects to an item, taken from somebody's submission. */
  public void makeGold(String submissionId, String byWhom) {
    database.write(
        h -> {
          int changed =
              h.createUpdate(
                      "UPDATE items SET gold = (SELECT answer FROM submissions WHERE id = :id),"
                          + " gold_from = :id WHERE id = (SELECT item_id FROM submissions WHERE id = :id)")
                  .bind("id", submissionId)
                  .execute();
          if (changed == 0) {
            throw new InputException("there is no submission '" + submissionId + "'");
          }
          AuditStore.add(h, database.now(), byWhom, "make gold", submissionId, "");
          return 0;
        });
  }

  /** Takes an item's gold answer away. */
  public void removeGold(String itemId, String byWhom) {
    database.write(
        h -> {
          h.createUpdate("UPDATE items SET gold = NULL, gold_from = NULL WHERE id = :id")
              .bind("id", itemId)
              .execute();
          AuditStore.add(h, database.now(), byWhom, "remove gold", itemId, "");
          return 0;
        });
  }

  private Map<String, String> texts(String sql) {
    return database.read(
        h -> {
          Map<String, String> texts = new LinkedHashMap<>();
          List<Map.Entry<String, String>> rows =
              h.createQuery(sql)
                  .map((rs, c) -> Map.entry(rs.getString("person_id"), rs.getString("value")))
                  .list();
          rows.forEach(row -> texts.put(row.getKey(), row.getValue()));
          return texts;
        });
  }
}
