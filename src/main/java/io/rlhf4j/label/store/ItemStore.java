package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Split;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.statement.PreparedBatch;
import org.jspecify.annotations.Nullable;

/** What a campaign is about: prompts and the outputs that models or people gave to them. */
public final class ItemStore {
  private static final String SELECT =
      "SELECT i.id AS item_id, i.campaign_id, i.seq, i.brief, i.priority, i.wanted, i.gold, i.gold_from,"
          + " p.external_id, p.messages, p.sender, p.use_case, p.kind, p.split"
          + " FROM items i LEFT JOIN prompts p ON p.id = i.prompt_id ";

  private static final String INSERT_OUTPUT =
      "INSERT INTO outputs (id, item_id, position, text, policy, author_id, finished)"
          + " VALUES (:id, :item, :position, :text, :policy, :author, :finished)";

  private final Database database;

  public ItemStore(Database database) {
    this.database = database;
  }

  /** Appends items to a campaign, all or none. */
  public void add(String campaignId, String source, List<NewItem> items) {
    database.write(
        h -> {
          add(h, campaignId, source, items);
          return 0;
        });
  }

  /**
   * Inside a transaction.
   *
   * @return the items as they are stored, in the order given
   */
  List<Item> add(Handle h, String campaignId, String source, List<NewItem> items) {
    lock(h, campaignId); // the next free place
    int seq =
        h.createQuery("SELECT coalesce(max(seq), 0) FROM items WHERE campaign_id = :id")
            .bind("id", campaignId)
            .mapTo(Integer.class)
            .one();
    int overlap =
        h.createQuery("SELECT overlap FROM campaigns WHERE id = :id")
            .bind("id", campaignId)
            .mapTo(Integer.class)
            .one();
    PreparedBatch prompts =
        h.prepareBatch(
            "INSERT INTO prompts (id, external_id, messages, sender, use_case, kind, split, source,"
                + " created_at) VALUES (:id, :external, :messages, :sender, :useCase, :kind,"
                + " :split, :source, :now)");
    PreparedBatch rows =
        h.prepareBatch(
            "INSERT INTO items (id, campaign_id, seq, prompt_id, brief, priority, wanted, taken,"
                + " gold) VALUES (:id, :campaign, :seq, :prompt, :brief, :priority, :wanted, 0,"
                + " :gold)");
    PreparedBatch outputs = h.prepareBatch(INSERT_OUTPUT);
    List<Item> added = new ArrayList<>();
    for (NewItem item : items) {
      seq++;
      String itemId = Ids.next();
      @Nullable Prompt prompt = item.prompt();
      @Nullable String promptId = prompt == null ? null : Ids.next();
      if (prompt != null) {
        UseCase useCase = prompt.useCase();
        prompts
            .bind("id", promptId)
            .bind("external", prompt.id())
            .bind("messages", PromptJson.write(prompt.messages()))
            .bind("sender", prompt.user())
            .bind("useCase", useCase == null ? null : useCase.name())
            .bind("kind", prompt.kind().name())
            .bind("split", prompt.split().name())
            .bind("source", source)
            .bind("now", database.now())
            .add();
      }
      int wanted = item.wanted() == 0 ? overlap : item.wanted();
      rows.bind("id", itemId)
          .bind("campaign", campaignId)
          .bind("seq", seq)
          .bind("prompt", promptId)
          .bind("brief", item.brief())
          .bind("priority", item.priority())
          .bind("wanted", wanted)
          .bind("gold", item.gold())
          .add();
      List<Item.Output> stored = new ArrayList<>();
      for (int i = 0; i < item.outputs().size(); i++) {
        stored.add(output(outputs, itemId, i, item.outputs().get(i)));
      }
      added.add(
          new Item(
              itemId,
              campaignId,
              seq,
              prompt,
              item.brief(),
              item.priority(),
              wanted,
              stored,
              item.gold(),
              null));
    }
    execute(prompts);
    execute(rows);
    execute(outputs);
    return added;
  }

  /**
   * Gives outputs to items that have none yet, to all or to none of them; what people have seen
   * does not change.
   *
   * @param outputs by the item's id
   * @param source who made them, for the audit log
   */
  public void addOutputs(Campaign campaign, Map<String, List<NewOutput>> outputs, String source) {
    database.write(
        h -> {
          lock(h, campaign.id());
          PreparedBatch rows = h.prepareBatch(INSERT_OUTPUT);
          outputs.forEach(
              (itemId, list) -> {
                requireBare(h, campaign, itemId);
                if (!campaign.task().fits(list.size())) {
                  throw new InputException(
                      "the task '%s' needs %s, not %d"
                          .formatted(campaign.task().title, campaign.task().needs(), list.size()));
                }
                for (int i = 0; i < list.size(); i++) {
                  output(rows, itemId, i, list.get(i));
                }
              });
          execute(rows);
          AuditStore.add(
              h,
              database.now(),
              null,
              "fill",
              campaign.id(),
              "outputs for %d prompts by %s".formatted(outputs.size(), source));
          return 0;
        });
  }

  private static void requireBare(Handle h, Campaign campaign, String itemId) {
    int there =
        h.createQuery("SELECT count(*) FROM outputs WHERE item_id = :id")
            .bind("id", itemId)
            .mapTo(Integer.class)
            .one();
    if (there > 0) {
      throw new InputException(
          "somebody else filled prompts of campaign '%s' meanwhile; fill it again for the rest"
              .formatted(campaign.name()));
    }
  }

  /**
   * Whoever adds to the campaign at the same time must wait; a change that changes nothing holds it
   * on either database.
   */
  private static void lock(Handle h, String campaignId) {
    h.createUpdate("UPDATE campaigns SET overlap = overlap WHERE id = :id")
        .bind("id", campaignId)
        .execute();
  }

  /** Refuses to let people begin where an item still lacks what they shall judge. */
  public void requireReady(Campaign campaign) {
    long bare = of(campaign.id()).stream().filter(item -> item.outputs().isEmpty()).count();
    if (campaign.task().judges() && bare > 0) {
      throw new InputException(
          "%d items of campaign '%s' have no outputs yet; bring them in or run: rlhf4j label fill %s"
              .formatted(bare, campaign.name(), campaign.name()));
    }
  }

  private static Item.Output output(
      PreparedBatch batch, String itemId, int position, NewOutput output) {
    String id = Ids.next();
    batch
        .bind("id", id)
        .bind("item", itemId)
        .bind("position", position)
        .bind("text", output.text())
        .bind("policy", output.policy())
        .bind("author", output.authorId())
        .bind("finished", output.finished() ? 1 : 0)
        .add();
    return new Item.Output(
        id, output.text(), output.policy(), output.authorId(), output.finished());
  }

  private static void execute(PreparedBatch batch) {
    if (batch.size() > 0) {
      batch.execute();
    }
  }

  public @Nullable Item find(String id) {
    return database.find(h -> find(h, id));
  }

  static @Nullable Item find(Handle h, String id) {
    Map<String, List<Item.Output>> outputs =
        outputs(h, "SELECT * FROM outputs WHERE item_id = :key ORDER BY position", id);
    return h.createQuery(SELECT + "WHERE i.id = :id")
        .bind("id", id)
        .map((rs, c) -> row(rs, outputs.getOrDefault(id, List.of())))
        .findOne()
        .orElse(null);
  }

  /** The item at a place of a campaign. */
  public @Nullable Item at(String campaignId, int seq) {
    return database.find(
        h -> {
          String id =
              h.createQuery("SELECT id FROM items WHERE campaign_id = :id AND seq = :seq")
                  .bind("id", campaignId)
                  .bind("seq", seq)
                  .mapTo(String.class)
                  .findOne()
                  .orElse(null);
          return id == null ? null : find(h, id);
        });
  }

  /** All items of a campaign in their order. */
  public List<Item> of(String campaignId) {
    return database.read(h -> of(h, campaignId));
  }

  /** Some items of a campaign in their order, after so many that are left out. */
  public List<Item> of(String campaignId, int leftOut, int count) {
    return database.read(
        h -> {
          String part =
              " WHERE i.campaign_id = :id ORDER BY i.seq LIMIT %d OFFSET %d"
                  .formatted(count, leftOut);
          Map<String, List<Item.Output>> outputs =
              outputs(
                  h,
                  "SELECT o.* FROM outputs o JOIN (SELECT i.id FROM items i"
                      + part.replace(":id", ":key")
                      + ") shown ON shown.id = o.item_id ORDER BY o.item_id, o.position",
                  campaignId);
          return h.createQuery(SELECT + part)
              .bind("id", campaignId)
              .map((rs, c) -> row(rs, outputs.getOrDefault(rs.getString("item_id"), List.of())))
              .list();
        });
  }

  public int count(String campaignId) {
    return database.read(
        h ->
            h.createQuery("SELECT count(*) FROM items WHERE campaign_id = :id")
                .bind("id", campaignId)
                .mapTo(Integer.class)
                .one());
  }

  static List<Item> of(Handle h, String campaignId) {
    Map<String, List<Item.Output>> outputs =
        outputs(
            h,
            "SELECT o.* FROM outputs o JOIN items i ON i.id = o.item_id"
                + " WHERE i.campaign_id = :key ORDER BY o.item_id, o.position",
            campaignId);
    return h.createQuery(SELECT + "WHERE i.campaign_id = :id ORDER BY i.seq")
        .bind("id", campaignId)
        .map((rs, c) -> row(rs, outputs.getOrDefault(rs.getString("item_id"), List.of())))
        .list();
  }

  private static Map<String, List<Item.Output>> outputs(Handle h, String sql, String key) {
    Map<String, List<Item.Output>> byItem = new HashMap<>();
    h.createQuery(sql)
        .bind("key", key)
        .map(
            (rs, c) ->
                Map.entry(
                    rs.getString("item_id"),
                    new Item.Output(
                        rs.getString("id"),
                        rs.getString("text"),
                        rs.getString("policy"),
                        rs.getString("author_id"),
                        rs.getInt("finished") == 1)))
        .forEach(
            entry ->
                byItem
                    .computeIfAbsent(entry.getKey(), item -> new ArrayList<>())
                    .add(entry.getValue()));
    return byItem;
  }

  private static Item row(ResultSet rs, List<Item.Output> outputs) throws SQLException {
    String messages = rs.getString("messages");
    String useCase = rs.getString("use_case");
    @Nullable Prompt prompt =
        messages == null
            ? null
            : new Prompt(
                rs.getString("external_id"),
                PromptJson.messages(messages),
                rs.getString("sender"),
                useCase == null ? null : UseCase.valueOf(useCase),
                PromptKind.valueOf(rs.getString("kind")),
                Split.valueOf(rs.getString("split")));
    return new Item(
        rs.getString("item_id"),
        rs.getString("campaign_id"),
        rs.getInt("seq"),
        prompt,
        rs.getString("brief"),
        rs.getInt("priority"),
        rs.getInt("wanted"),
        outputs,
        rs.getString("gold"),
        rs.getString("gold_from"));
  }
}
