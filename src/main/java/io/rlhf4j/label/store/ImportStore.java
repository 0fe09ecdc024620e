package io.rlhf4j.label.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.PersonalData;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.AnswerJson;
import io.rlhf4j.label.exchange.CampaignImport;
import io.rlhf4j.label.exchange.CampaignImport.Entry;
import io.rlhf4j.label.store.ItemStore.NewItem;
import io.rlhf4j.label.store.ItemStore.NewOutput;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
      String id, String source, int kept, int labels, List<Dropped> dropped, long at) {}

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

  /** Adds an import to a campaign. Its labels become those of people who cannot sign in. */
  public void add(Campaign campaign, CampaignImport files, @Nullable String byWhom) {
    files.requireFor(campaign.task());
    int before = items.of(campaign.id()).size();
    items.add(campaign.id(), files.source(), files.entries().stream().map(Entry::item).toList());
    List<Item> added = items.of(campaign.id());
    // One time for all: when people really said it, the files do not tell.
    long now = database.now();
    database.write(
        h -> {
          record(h, campaign, files, byWhom);
          Map<String, String> people = new HashMap<>();
          for (int i = 0; i < files.entries().size(); i++) {
            Item item = added.get(before + i);
            for (Ranking ranking : files.entries().get(i).labels()) {
              String person =
                  people.computeIfAbsent(
                      ranking.labeler(), labeler -> person(h, campaign, labeler));
              label(h, now, campaign, item, ranking, person);
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
    h.createUpdate(
            "INSERT INTO imports (id, campaign_id, source, kept, labels, dropped, created_by,"
                + " created_at) VALUES (:id, :campaign, :source, :kept, :labels, :dropped, :by,"
                + " :now)")
        .bind("id", id)
        .bind("campaign", campaign.id())
        .bind("source", files.source())
        .bind("kept", files.entries().size())
        .bind("labels", files.labels())
        .bind("dropped", dropped.toString())
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
        "%s: %d items, %d labels, %d held, %d dropped"
            .formatted(
                files.source(),
                files.entries().size(),
                files.labels(),
                files.held().size(),
                files.dropped().size()));
  }

  /** Somebody who labeled elsewhere; the name they had there is a pseudonym already. */
  private String person(Handle h, Campaign campaign, String labeler) {
    String login = "import:" + campaign.name() + ":" + labeler;
    String known =
        h.createQuery("SELECT id FROM people WHERE login = :login")
            .bind("login", login)
            .mapTo(String.class)
            .findOne()
            .orElse(null);
    if (known != null) {
      return known;
    }
    String id = Ids.next();
    boolean taken =
        h.createQuery("SELECT count(*) FROM people WHERE pseudonym = :name")
                .bind("name", labeler)
                .mapTo(Integer.class)
                .one()
            > 0;
    h.createUpdate(
            "INSERT INTO people (id, login, name, pseudonym, password_hash, role, active,"
                + " created_at) VALUES (:id, :login, :name, :pseudonym, '', :role, 0, :now)")
        .bind("id", id)
        .bind("login", login)
        .bind("name", labeler + " (imported)")
        .bind("pseudonym", taken ? labeler + "-" + id.substring(0, 6) : labeler)
        .bind("role", PersonRole.LABELER.name())
        .bind("now", database.now())
        .execute();
    return id;
  }

  /** The same person's second judgement of the same outputs is left out. */
  private void label(
      Handle h, long now, Campaign campaign, Item item, Ranking ranking, String person) {
    boolean before =
        h.createQuery(
                    "SELECT count(*) FROM assignments WHERE item_id = :item"
                        + " AND person_id = :person")
                .bind("item", item.id())
                .bind("person", person)
                .mapTo(Integer.class)
                .one()
            > 0;
    if (before) {
      return;
    }
    String id = Ids.next();
    List<Integer> order = new ArrayList<>();
    for (int i = 0; i < item.outputs().size(); i++) {
      order.add(i);
    }
    h.createUpdate(
            "INSERT INTO assignments (id, item_id, campaign_id, person_id, state, shown_order,"
                + " leased_at, expires_at, finished_at) VALUES (:id, :item, :campaign, :person,"
                + " 'SUBMITTED', :shown, :now, :now, :now)")
        .bind("id", id)
        .bind("item", item.id())
        .bind("campaign", campaign.id())
        .bind("person", person)
        .bind("shown", PromptJson.write(order))
        .bind("now", now)
        .execute();
    h.createUpdate(
            "INSERT INTO submissions (id, assignment_id, item_id, campaign_id, person_id,"
                + " instruction_id, role, answer, seconds, submitted_at) VALUES (:id,"
                + " :assignment, :item, :campaign, :person, :instruction, :role, :answer, 0,"
                + " :now)")
        .bind("id", "import-" + id)
        .bind("assignment", id)
        .bind("item", item.id())
        .bind("campaign", campaign.id())
        .bind("person", person)
        .bind("instruction", campaign.instructionId())
        .bind("role", PersonRole.LABELER.name())
        .bind("answer", AnswerJson.write(answer(campaign.task(), item, ranking)))
        .bind("now", now)
        .execute();
    AssignmentStore.take(h, item.id(), 1);
  }

  private static Answer answer(TaskKind task, Item item, Ranking ranking) {
    // Equal texts stand twice: the first output of a text goes to its first place in the ranking.
    List<Item.Output> left = new ArrayList<>(item.outputs());
    Map<String, Integer> places = new LinkedHashMap<>();
    for (int i = 0; i < ranking.size(); i++) {
      String text = ranking.completions().get(i);
      String policy = ranking.policies().isEmpty() ? "" : ranking.policies().get(i);
      Item.Output output =
          left.stream()
              .filter(o -> o.text().equals(text) && o.policy().equals(policy))
              .findFirst()
              .orElseThrow(
                  () -> new IllegalStateException("a label of outputs that are not the item's"));
      left.remove(output);
      places.put(output.id(), i);
    }
    if (task == TaskKind.COMPARISON) {
      List<String> shown = List.copyOf(places.keySet());
      int first = ranking.ranks().get(0);
      int second = ranking.ranks().get(1);
      String preferred = first == second ? null : shown.get(first < second ? 0 : 1);
      return new Answer.Compared(shown, preferred, "");
    }
    if (task != TaskKind.RANKING) {
      throw new InputException(
          "judgements of outputs can be imported into campaigns that rank or compare, not into '"
              + task.title
              + "'");
    }
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    places.forEach(
        (id, i) ->
            outputs.add(
                new Answer.RankedOutput(
                    id,
                    ranking.ranks().get(i),
                    ranking.likert().isEmpty() ? null : ranking.likert().get(i),
                    ranking.metadata().isEmpty() ? Metadata.NONE : ranking.metadata().get(i),
                    "")));
    return new Answer.Ranked(outputs, PromptMetadata.NONE);
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

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }
}
