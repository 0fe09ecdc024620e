package io.rlhf4j.label.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rlhf4j.data.PersonalData;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.exchange.CampaignImport;
import io.rlhf4j.label.exchange.CampaignImport.Entry;
import io.rlhf4j.label.exchange.CampaignImport.LeftOut;
import java.util.ArrayList;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Stores what files bring, remembers what they did not, and keeps what waits for a look. */
public final class ImportStore {
  /** Longest text kept of a prompt that was dropped. */
  private static final int SHOWN = 300;

  /** What a lead may do with an item whose prompt looks like it holds personal data. */
  public enum Decision {
    RELEASED,
    REDACTED,
    DISCARDED
  }

  /** One import. */
  public record Import(
      String id,
      String source,
      int kept,
      int labels,
      List<Dropped> dropped,
      List<LeftOut> leftOut,
      long at) {}

  /** A prompt that did not pass. */
  public record Dropped(String promptId, String text, String step, String why) {}

  /** An item that waits. */
  public record Waiting(String id, Prompt prompt, int outputs, List<String> findings) {}

  private final Database database;
  private final ItemStore items;

  public ImportStore(Database database) {
    this.database = database;
    this.items = new ItemStore(database);
  }

  /**
   * Adds an import to a campaign, all or nothing. Its labels become those of people who cannot sign
   * in.
   */
  public void add(Campaign campaign, CampaignImport files, @Nullable String byWhom) {
    files.requireFor(campaign.task());
    database.write(
        h -> {
          List<Item> added =
              items.add(
                  h,
                  campaign.id(),
                  files.source(),
                  files.entries().stream().map(Entry::item).toList());
          record(h, campaign, files, byWhom);
          ImportedLabels labels = new ImportedLabels(h, campaign, database.now());
          for (int i = 0; i < added.size(); i++) {
            for (Ranking ranking : files.entries().get(i).labels()) {
              labels.add(added.get(i), ranking);
            }
          }
          return 0;
        });
  }

  private void record(Handle h, Campaign campaign, CampaignImport files, @Nullable String byWhom) {
    String id = Ids.next();
    ArrayNode dropped = JsonNodeFactory.instance.arrayNode();
    files
        .dropped()
        .forEach(
            one ->
                dropped
                    .addObject()
                    .put("prompt_id", one.prompt().id())
                    .put("text", shortened(one.prompt().text()))
                    .put("step", one.step().name())
                    .put("why", one.why()));
    ArrayNode leftOut = JsonNodeFactory.instance.arrayNode();
    for (LeftOut one : files.leftOut()) {
      leftOut
          .addObject()
          .put("where", one.where())
          .put("prompt_id", one.promptId())
          .put("why", one.why());
    }
    h.createUpdate(
            "INSERT INTO imports (id, campaign_id, source, kept, labels, dropped, left_out,"
                + " created_by, created_at) VALUES (:id, :campaign, :source, :kept, :labels,"
                + " :dropped, :leftOut, :by, :now)")
        .bind("id", id)
        .bind("campaign", campaign.id())
        .bind("source", files.source())
        .bind("kept", files.entries().size())
        .bind("labels", files.labels())
        .bind("dropped", dropped.toString())
        .bind("leftOut", leftOut.toString())
        .bind("by", byWhom)
        .bind("now", database.now())
        .execute();
    for (CampaignImport.Held held : files.held()) {
      ArrayNode findings = JsonNodeFactory.instance.arrayNode();
      for (PersonalData.Finding finding : held.why().findings()) {
        findings.addObject().put("kind", finding.kind().name()).put("text", finding.text());
      }
      h.createUpdate(
              "INSERT INTO held_items (id, import_id, campaign_id, item, findings, state)"
                  + " VALUES (:id, :import, :campaign, :item, :findings, 'WAITING')")
          .bind("id", Ids.next())
          .bind("import", id)
          .bind("campaign", campaign.id())
          .bind("item", HeldItemJson.write(held.entry().item()))
          .bind("findings", findings.toString())
          .execute();
    }
    AuditStore.add(
        h,
        database.now(),
        byWhom,
        "import",
        campaign.id(),
        "%s: %d items, %d labels, %d labels left out, %d held, %d dropped"
            .formatted(
                files.source(),
                files.entries().size(),
                files.labels(),
                files.leftOut().size(),
                files.held().size(),
                files.dropped().size()));
  }

  /** A campaign's imports, newest first. */
  public List<Import> of(String campaignId) {
    return database.read(
        h ->
            h.createQuery("SELECT * FROM imports WHERE campaign_id = :id ORDER BY created_at DESC")
                .bind("id", campaignId)
                .map(
                    (rs, c) ->
                        new Import(
                            rs.getString("id"),
                            rs.getString("source"),
                            rs.getInt("kept"),
                            rs.getInt("labels"),
                            dropped(rs.getString("dropped")),
                            leftOut(rs.getString("left_out")),
                            rs.getLong("created_at")))
                .list());
  }

  /** Items of a campaign that wait for a look, in the order of their import. */
  public List<Waiting> waiting(String campaignId) {
    return database.read(
        h ->
            h.createQuery(
                    "SELECT * FROM held_items WHERE campaign_id = :id AND state = 'WAITING'"
                        + " ORDER BY import_id, id")
                .bind("id", campaignId)
                .map(
                    (rs, c) -> {
                      NewItem item = HeldItemJson.read(rs.getString("item"));
                      List<String> findings = new ArrayList<>();
                      for (JsonNode one : HeldItemJson.parse(rs.getString("findings"))) {
                        findings.add(one.get("kind").asText() + ": " + one.get("text").asText());
                      }
                      Prompt prompt = item.prompt();
                      if (prompt == null) {
                        throw new IllegalStateException("a held item without a prompt");
                      }
                      return new Waiting(
                          rs.getString("id"), prompt, item.outputs().size(), findings);
                    })
                .list());
  }

  /** Decides about a waiting item; deciding twice changes nothing. */
  public void decide(String heldId, Decision decision, String byWhom) {
    database.write(
        h -> {
          var row =
              h.createQuery("SELECT * FROM held_items WHERE id = :id AND state = 'WAITING'")
                  .bind("id", heldId)
                  .mapToMap()
                  .findOne()
                  .orElse(null);
          if (row == null) {
            return 0;
          }
          h.createUpdate(
                  "UPDATE held_items SET state = :state, decided_by = :by, decided_at = :now,"
                      + " item = CASE WHEN :state = 'RELEASED' THEN item ELSE '{}' END,"
                      + " findings = CASE WHEN :state = 'RELEASED' THEN findings ELSE '[]' END"
                      + " WHERE id = :id")
              .bind("state", decision.name())
              .bind("by", byWhom)
              .bind("now", database.now())
              .bind("id", heldId)
              .execute();
          String campaign = String.valueOf(row.get("campaign_id"));
          if (decision != Decision.DISCARDED) {
            NewItem item = HeldItemJson.read(String.valueOf(row.get("item")));
            items.add(
                h,
                campaign,
                "reviewed import",
                List.of(decision == Decision.REDACTED ? redacted(item) : item));
          }
          AuditStore.add(h, database.now(), byWhom, "review held item", campaign, decision.name());
          return 0;
        });
  }

  private static NewItem redacted(NewItem item) {
    Prompt prompt = item.prompt();
    return new NewItem(
        prompt == null ? null : PersonalData.redact(prompt),
        item.brief(),
        item.priority(),
        item.wanted(),
        item.outputs().stream()
            .map(
                o ->
                    new NewOutput(
                        PersonalData.redact(o.text()), o.policy(), o.authorId(), o.finished()))
            .toList(),
        item.gold());
  }

  private static List<Dropped> dropped(String json) {
    List<Dropped> dropped = new ArrayList<>();
    for (JsonNode one : HeldItemJson.parse(json)) {
      dropped.add(
          new Dropped(
              one.get("prompt_id").asText(),
              one.get("text").asText(),
              one.get("step").asText(),
              one.get("why").asText()));
    }
    return dropped;
  }

  private static List<LeftOut> leftOut(String json) {
    List<LeftOut> leftOut = new ArrayList<>();
    for (JsonNode one : HeldItemJson.parse(json)) {
      leftOut.add(
          new LeftOut(
              one.get("where").asText(), one.get("prompt_id").asText(), one.get("why").asText()));
    }
    return leftOut;
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
