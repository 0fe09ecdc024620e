package io.rlhf4j.label.store;

import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Assignment.State;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.Submission;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.AnswerJson;
import io.rlhf4j.label.answer.Label;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Answers that were sent, each stored exactly once however often it is sent. */
public final class SubmissionStore {
  /** What became of a submission. */
  public enum Outcome {
    /** Stored now. */
    STORED,
    /** The same submission was there already: it was sent twice. */
    REPEATED,
    /** The item has another answer of this person, from another tab, or was skipped. */
    ANSWERED_BEFORE
  }

  private final Database database;

  public SubmissionStore(Database database) {
    this.database = database;
  }

  /**
   * Stores an answer; when this returns, it is on disk.
   *
   * @param key the sender's name for this submission
   */
  public Outcome submit(
      String key,
      Assignment assignment,
      Campaign campaign,
      Person person,
      Answer answer,
      int seconds) {
    String json = AnswerJson.write(answer);
    return database.write(
        h -> {
          lock(h, assignment.id());
          String earlier =
              h.createQuery("SELECT id FROM submissions WHERE assignment_id = :id OR id = :key")
                  .bind("id", assignment.id())
                  .bind("key", key)
                  .mapTo(String.class)
                  .findFirst()
                  .orElse(null);
          if (earlier != null) {
            return earlier.equals(key) ? Outcome.REPEATED : Outcome.ANSWERED_BEFORE;
          }
          Assignment now = AssignmentStore.find(h, assignment.id());
          if (now == null || now.state() == State.SKIPPED) {
            return Outcome.ANSWERED_BEFORE;
          }
          insert(h, key, assignment, campaign, person, json, seconds);
          h.createUpdate(
                  "UPDATE assignments SET state = 'SUBMITTED', finished_at = :now WHERE id = :id")
              .bind("now", database.now())
              .bind("id", assignment.id())
              .execute();
          if (now.state() == State.EXPIRED) { // its place was given back; it counts again
            AssignmentStore.take(h, assignment.itemId(), 1);
          }
          h.createUpdate("DELETE FROM drafts WHERE assignment_id = :id")
              .bind("id", assignment.id())
              .execute();
          AuditStore.add(h, database.now(), person.id(), "submit", assignment.itemId(), key);
          return Outcome.STORED;
        });
  }

  /** Two tabs may submit at the same moment; PostgreSQL lets the second wait here. */
  private void lock(Handle h, String assignmentId) {
    if (!database.isSqlite()) {
      h.createQuery("SELECT id FROM assignments WHERE id = :id FOR UPDATE")
          .bind("id", assignmentId)
          .mapTo(String.class)
          .findOne();
    }
  }

  private void insert(
      Handle h,
      String key,
      Assignment assignment,
      Campaign campaign,
      Person person,
      String json,
      int seconds) {
    h.createUpdate(
            "INSERT INTO submissions (id, assignment_id, item_id, campaign_id, person_id,"
                + " instruction_id, role, answer, seconds, submitted_at) VALUES (:id, :assignment,"
                + " :item, :campaign, :person, :instruction, :role, :answer, :seconds, :now)")
        .bind("id", key)
        .bind("assignment", assignment.id())
        .bind("item", assignment.itemId())
        .bind("campaign", assignment.campaignId())
        .bind("person", person.id())
        .bind("instruction", campaign.instructionId())
        .bind("role", person.role().name())
        .bind("answer", json)
        .bind("seconds", seconds)
        .bind("now", database.now())
        .execute();
  }

  public @Nullable Submission find(String key) {
    return database.find(
        h ->
            h.createQuery("SELECT * FROM submissions WHERE id = :id")
                .bind("id", key)
                .map(SubmissionStore::row)
                .findOne()
                .orElse(null));
  }

  /** How many answers of one person a campaign has. */
  public int count(String campaignId, String personId) {
    return database.read(
        h ->
            h.createQuery(
                    "SELECT count(*) FROM submissions"
                        + " WHERE campaign_id = :campaign AND person_id = :person")
                .bind("campaign", campaignId)
                .bind("person", personId)
                .mapTo(Integer.class)
                .one());
  }

  /** How many answers each item of a campaign has, by the item's id; none where it has none. */
  public Map<String, Integer> countByItem(String campaignId) {
    Map<String, Integer> counts = new HashMap<>();
    database
        .read(
            h ->
                h.createQuery(
                        "SELECT item_id, count(*) AS labels FROM submissions"
                            + " WHERE campaign_id = :id GROUP BY item_id")
                    .bind("id", campaignId)
                    .map((rs, c) -> Map.entry(rs.getString("item_id"), rs.getInt("labels")))
                    .list())
        .forEach(entry -> counts.put(entry.getKey(), entry.getValue()));
    return counts;
  }

  /** A campaign's submissions in the order in which they came. */
  public List<Submission> of(String campaignId) {
    return database.read(h -> of(h, campaignId));
  }

  private static List<Submission> of(Handle h, String campaignId) {
    return h.createQuery(
            "SELECT * FROM submissions WHERE campaign_id = :id ORDER BY submitted_at, id")
        .bind("id", campaignId)
        .map(SubmissionStore::row)
        .list();
  }

  /** A campaign's labels: submissions with their items, answers and the labelers' pseudonyms. */
  public List<Label> labels(Campaign campaign) {
    return database.read(
        h -> {
          Map<String, Item> items = new HashMap<>();
          ItemStore.of(h, campaign.id()).forEach(item -> items.put(item.id(), item));
          Map<String, String> pseudonyms = new HashMap<>();
          h.createQuery("SELECT id, pseudonym FROM people")
              .map((rs, c) -> Map.entry(rs.getString("id"), rs.getString("pseudonym")))
              .forEach(entry -> pseudonyms.put(entry.getKey(), entry.getValue()));
          return of(h, campaign.id()).stream()
              .map(submission -> label(submission, campaign, items, pseudonyms))
              .toList();
        });
  }

  private static Label label(
      Submission submission,
      Campaign campaign,
      Map<String, Item> items,
      Map<String, String> pseudonyms) {
    Item item = items.get(submission.itemId());
    String labeler = pseudonyms.get(submission.personId());
    if (item == null || labeler == null) {
      throw new IllegalStateException("submission " + submission.id() + " lost its item or person");
    }
    Answer answer = AnswerJson.stored(campaign.task(), item, submission.answer());
    return new Label(submission, campaign, item, answer, labeler);
  }

  static Submission row(ResultSet rs, StatementContext context) throws SQLException {
    return new Submission(
        rs.getString("id"),
        rs.getString("assignment_id"),
        rs.getString("item_id"),
        rs.getString("campaign_id"),
        rs.getString("person_id"),
        rs.getString("instruction_id"),
        PersonRole.valueOf(rs.getString("role")),
        rs.getString("answer"),
        rs.getInt("seconds"),
        rs.getLong("submitted_at"));
  }
}
