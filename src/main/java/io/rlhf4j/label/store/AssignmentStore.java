package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Assignment.State;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Draft;
import io.rlhf4j.label.Person;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Who labels what: hands items out, keeps drafts, takes items back. */
public final class AssignmentStore {
  /** What became of a draft that was sent. */
  public sealed interface Saved {
    /** It is stored under this revision. */
    record Stored(int revision) implements Saved {}

    /** A newer one was there already, from another tab; nothing was stored. */
    record Outdated(Draft newer) implements Saved {}

    /** The item is answered or skipped. */
    record Finished() implements Saved {}
  }

  private final Database database;

  public AssignmentStore(Database database) {
    this.database = database;
  }

  /**
   * The item a person shall label next: the one in their hands, or else a free one, or null when
   * there is none. Items of higher priority come first; among equals the one with the fewest labels
   * so far, so that overlap grows evenly. Nobody gets an item twice, nor one with an output of
   * their own.
   */
  public @Nullable Assignment next(Campaign campaign, Person person) {
    if (campaign.status() != Campaign.Status.OPEN || !campaign.audience().includes(person.role())) {
      return null;
    }
    Assignment held = database.find(h -> held(h, campaign.id(), person.id()));
    if (held != null) {
      return held;
    }
    return database.writeOrNot(
        h -> {
          lock(h, campaign.id());
          // Another tab may have asked in the meantime.
          Assignment sooner = held(h, campaign.id(), person.id());
          if (sooner != null) {
            return sooner;
          }
          expire(h, campaign.id());
          String item = free(h, campaign.id(), person.id());
          return item == null ? null : lease(h, campaign, person, item);
        });
  }

  /**
   * Items of one campaign are given out one after the other. SQLite has one writer anyhow; in
   * PostgreSQL two askers would see the same free item.
   */
  private void lock(Handle h, String campaignId) {
    if (!database.isSqlite()) {
      h.createQuery("SELECT id FROM campaigns WHERE id = :id FOR NO KEY UPDATE")
          .bind("id", campaignId)
          .mapTo(String.class)
          .one();
    }
  }

  private @Nullable Assignment held(Handle h, String campaignId, String personId) {
    return h.createQuery(
            "SELECT * FROM assignments WHERE person_id = :person AND campaign_id = :campaign"
                + " AND state = 'LEASED' AND expires_at > :now ORDER BY leased_at LIMIT 1")
        .bind("person", personId)
        .bind("campaign", campaignId)
        .bind("now", database.now())
        .map(AssignmentStore::row)
        .findOne()
        .orElse(null);
  }

  /** Gives back the places of leases that ran out. */
  private void expire(Handle h, String campaignId) {
    List<Assignment> late =
        h.createQuery(
                "SELECT * FROM assignments WHERE campaign_id = :campaign AND state = 'LEASED'"
                    + " AND expires_at <= :now")
            .bind("campaign", campaignId)
            .bind("now", database.now())
            .map(AssignmentStore::row)
            .list();
    for (Assignment assignment : late) {
      boolean changed =
          h.createUpdate(
                      "UPDATE assignments SET state = 'EXPIRED'"
                          + " WHERE id = :id AND state = 'LEASED'")
                  .bind("id", assignment.id())
                  .execute()
              == 1;
      if (changed) {
        take(h, assignment.itemId(), -1);
      }
    }
  }

  private @Nullable String free(Handle h, String campaignId, String personId) {
    String sql =
        "SELECT i.id FROM items i WHERE i.campaign_id = :campaign AND i.taken < i.wanted"
            + " AND NOT EXISTS (SELECT 1 FROM assignments a WHERE a.item_id = i.id"
            + "   AND a.person_id = :person AND a.state <> 'EXPIRED')"
            + " AND NOT EXISTS (SELECT 1 FROM outputs o WHERE o.item_id = i.id"
            + "   AND o.author_id = :person)"
            + " ORDER BY i.priority DESC, i.taken, i.seq LIMIT 1";
    return h.createQuery(sql)
        .bind("campaign", campaignId)
        .bind("person", personId)
        .mapTo(String.class)
        .findOne()
        .orElse(null);
  }

  private Assignment lease(Handle h, Campaign campaign, Person person, String itemId) {
    long now = database.now();
    long until = now + campaign.leaseMinutes() * 60_000L;
    take(h, itemId, 1);
    Assignment before =
        h.createQuery("SELECT * FROM assignments WHERE item_id = :item AND person_id = :person")
            .bind("item", itemId)
            .bind("person", person.id())
            .map(AssignmentStore::row)
            .findOne()
            .orElse(null);
    if (before != null) { // their lease ran out; their draft is still there
      h.createUpdate(
              "UPDATE assignments SET state = 'LEASED', leased_at = :now, expires_at = :until"
                  + " WHERE id = :id")
          .bind("now", now)
          .bind("until", until)
          .bind("id", before.id())
          .execute();
      return new Assignment(
          before.id(),
          itemId,
          campaign.id(),
          person.id(),
          State.LEASED,
          before.shownOrder(),
          now,
          until);
    }
    int outputs =
        h.createQuery("SELECT count(*) FROM outputs WHERE item_id = :item")
            .bind("item", itemId)
            .mapTo(Integer.class)
            .one();
    String id = Ids.next();
    List<Integer> order = new ArrayList<>(IntStream.range(0, outputs).boxed().toList());
    Collections.shuffle(order, new Random(id.hashCode()));
    h.createUpdate(
            "INSERT INTO assignments (id, item_id, campaign_id, person_id, state, shown_order,"
                + " leased_at, expires_at) VALUES (:id, :item, :campaign, :person, 'LEASED',"
                + " :shown, :now, :until)")
        .bind("id", id)
        .bind("item", itemId)
        .bind("campaign", campaign.id())
        .bind("person", person.id())
        .bind("shown", PromptJson.write(order))
        .bind("now", now)
        .bind("until", until)
        .execute();
    return new Assignment(
        id, itemId, campaign.id(), person.id(), State.LEASED, List.copyOf(order), now, until);
  }

  static void take(Handle h, String itemId, int change) {
    h.createUpdate("UPDATE items SET taken = taken + :change WHERE id = :id")
        .bind("change", change)
        .bind("id", itemId)
        .execute();
  }

  public @Nullable Assignment find(String id) {
    return database.find(h -> find(h, id));
  }

  static @Nullable Assignment find(Handle h, String id) {
    return h.createQuery("SELECT * FROM assignments WHERE id = :id")
        .bind("id", id)
        .map(AssignmentStore::row)
        .findOne()
        .orElse(null);
  }

  public @Nullable Draft draft(String assignmentId) {
    return database.find(h -> draft(h, assignmentId));
  }

  private static @Nullable Draft draft(Handle h, String assignmentId) {
    return h.createQuery("SELECT * FROM drafts WHERE assignment_id = :id")
        .bind("id", assignmentId)
        .map(
            (rs, c) ->
                new Draft(rs.getInt("revision"), rs.getString("body"), rs.getLong("saved_at")))
        .findOne()
        .orElse(null);
  }

  /**
   * Stores a draft and keeps the item in the person's hands.
   *
   * @param basedOn the revision that the sender had seen; 0 for none
   */
  public Saved save(Assignment assignment, Campaign campaign, int basedOn, String body) {
    return database.write(
        h -> {
          Assignment now = find(h, assignment.id());
          if (now == null || now.state() == State.SUBMITTED || now.state() == State.SKIPPED) {
            return new Saved.Finished();
          }
          Draft there = draft(h, assignment.id());
          if (there != null && there.revision() > basedOn) {
            return new Saved.Outdated(there);
          }
          int revision = (there == null ? 0 : there.revision()) + 1;
          h.createUpdate(
                  "INSERT INTO drafts (assignment_id, revision, body, saved_at)"
                      + " VALUES (:id, :revision, :body, :now) ON CONFLICT (assignment_id)"
                      + " DO UPDATE SET revision = :revision, body = :body, saved_at = :now")
              .bind("id", assignment.id())
              .bind("revision", revision)
              .bind("body", body)
              .bind("now", database.now())
              .execute();
          h.createUpdate(
                  "UPDATE assignments SET expires_at = :until WHERE id = :id AND state = 'LEASED'")
              .bind("until", database.now() + campaign.leaseMinutes() * 60_000L)
              .bind("id", assignment.id())
              .execute();
          return new Saved.Stored(revision);
        });
  }

  /** Gives an item back for good, with the reason; doing it twice changes nothing. */
  public void skip(Assignment assignment, String reason) {
    if (reason.isBlank() || reason.length() > 1000) {
      throw new InputException("say in at most 1000 characters why this item is skipped");
    }
    database.write(
        h -> {
          Assignment now = find(h, assignment.id());
          if (now == null || now.state() == State.SUBMITTED || now.state() == State.SKIPPED) {
            return 0;
          }
          h.createUpdate(
                  "UPDATE assignments SET state = 'SKIPPED', skip_reason = :reason,"
                      + " finished_at = :now WHERE id = :id")
              .bind("reason", reason)
              .bind("now", database.now())
              .bind("id", assignment.id())
              .execute();
          if (now.state() == State.LEASED) {
            take(h, assignment.itemId(), -1);
          }
          h.createUpdate("DELETE FROM drafts WHERE assignment_id = :id")
              .bind("id", assignment.id())
              .execute();
          AuditStore.add(
              h, database.now(), assignment.personId(), "skip", assignment.itemId(), reason);
          return 0;
        });
  }

  static Assignment row(ResultSet rs, StatementContext context) throws SQLException {
    return new Assignment(
        rs.getString("id"),
        rs.getString("item_id"),
        rs.getString("campaign_id"),
        rs.getString("person_id"),
        State.valueOf(rs.getString("state")),
        PromptJson.numbers(rs.getString("shown_order")),
        rs.getLong("leased_at"),
        rs.getLong("expires_at"));
  }
}
