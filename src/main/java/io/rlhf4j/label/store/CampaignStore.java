package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Campaign.Audience;
import io.rlhf4j.label.Campaign.Status;
import io.rlhf4j.label.TaskKind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import org.jdbi.v3.core.statement.StatementContext;
import org.jspecify.annotations.Nullable;

/** Campaigns: what is asked of whom. */
public final class CampaignStore {
  private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,59}");

  /**
   * How far a campaign is.
   *
   * @param labelsWanted over all items
   * @param labels that are in
   */
  public record Progress(int items, int labelsWanted, int labels, int skips, int openLeases) {}

  private final Database database;

  public CampaignStore(Database database) {
    this.database = database;
  }

  /** Newest first. */
  public List<Campaign> all() {
    return database.read(
        h ->
            h.createQuery("SELECT * FROM campaigns ORDER BY created_at DESC, name")
                .map(CampaignStore::row)
                .list());
  }

  public @Nullable Campaign find(String id) {
    return one("SELECT * FROM campaigns WHERE id = :key", id);
  }

  public @Nullable Campaign byName(String name) {
    return one("SELECT * FROM campaigns WHERE name = :key", name);
  }

  private @Nullable Campaign one(String sql, String key) {
    return database.find(
        h -> h.createQuery(sql).bind("key", key).map(CampaignStore::row).findOne().orElse(null));
  }

  /** Makes a campaign in {@link Status#DRAFT}. */
  public Campaign add(
      String name,
      TaskKind task,
      Audience audience,
      String instructionId,
      int overlap,
      int leaseMinutes,
      String baseline,
      @Nullable String byWhom) {
    if (!NAME.matcher(name).matches()) {
      throw new InputException(
          "a campaign's name has small letters, digits and hyphens, at most 60; was '"
              + name
              + "'");
    }
    if (overlap < 1 || overlap > 100) {
      throw new InputException("labels per item must be in 1..100, was " + overlap);
    }
    if (leaseMinutes < 1 || leaseMinutes > 10_080) {
      throw new InputException("lease minutes must be in 1..10080 (a week), was " + leaseMinutes);
    }
    if (byName(name) != null) {
      throw new InputException("a campaign named '" + name + "' exists; choose another name");
    }
    Campaign campaign =
        new Campaign(
            Ids.next(),
            name,
            task,
            Status.DRAFT,
            audience,
            instructionId,
            overlap,
            leaseMinutes,
            baseline,
            database.now());
    database.write(
        h -> {
          h.createUpdate(
                  "INSERT INTO campaigns (id, name, task, status, audience, instruction_id,"
                      + " overlap, lease_minutes, baseline, created_at) VALUES (:id, :name, :task,"
                      + " :status, :audience, :instruction, :overlap, :lease, :baseline, :now)")
              .bind("id", campaign.id())
              .bind("name", name)
              .bind("task", task.name())
              .bind("status", campaign.status().name())
              .bind("audience", audience.name())
              .bind("instruction", instructionId)
              .bind("overlap", overlap)
              .bind("lease", leaseMinutes)
              .bind("baseline", baseline)
              .bind("now", campaign.createdAt())
              .execute();
          AuditStore.add(h, campaign.createdAt(), byWhom, "add campaign", campaign.id(), name);
          return 0;
        });
    return campaign;
  }

  public void setStatus(String id, Status status, @Nullable String byWhom) {
    set(id, "status", status.name(), byWhom);
  }

  /** Labels made from now on are made under these instructions. */
  public void setInstruction(String id, String instructionId, @Nullable String byWhom) {
    set(id, "instruction_id", instructionId, byWhom);
  }

  private void set(String id, String column, String value, @Nullable String byWhom) {
    database.write(
        h -> {
          h.createUpdate("UPDATE campaigns SET " + column + " = :value WHERE id = :id")
              .bind("value", value)
              .bind("id", id)
              .execute();
          AuditStore.add(h, database.now(), byWhom, "set " + column, id, value);
          return 0;
        });
  }

  public Progress progress(String id) {
    return database.read(
        h -> {
          String count = "SELECT count(*) FROM assignments WHERE campaign_id = :id AND state = ";
          return new Progress(
              h.createQuery("SELECT count(*) FROM items WHERE campaign_id = :id")
                  .bind("id", id)
                  .mapTo(Integer.class)
                  .one(),
              h.createQuery("SELECT coalesce(sum(wanted), 0) FROM items WHERE campaign_id = :id")
                  .bind("id", id)
                  .mapTo(Integer.class)
                  .one(),
              h.createQuery(count + "'SUBMITTED'").bind("id", id).mapTo(Integer.class).one(),
              h.createQuery(count + "'SKIPPED'").bind("id", id).mapTo(Integer.class).one(),
              h.createQuery(count + "'LEASED' AND expires_at > :now")
                  .bind("id", id)
                  .bind("now", database.now())
                  .mapTo(Integer.class)
                  .one());
        });
  }

  static Campaign row(ResultSet rs, StatementContext context) throws SQLException {
    return new Campaign(
        rs.getString("id"),
        rs.getString("name"),
        TaskKind.valueOf(rs.getString("task")),
        Status.valueOf(rs.getString("status")),
        Audience.valueOf(rs.getString("audience")),
        rs.getString("instruction_id"),
        rs.getInt("overlap"),
        rs.getInt("lease_minutes"),
        rs.getString("baseline"),
        rs.getLong("created_at"));
  }
}
