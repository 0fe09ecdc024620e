package io.rlhf4j.label.store;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.AnswerJson;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jdbi.v3.core.Handle;

/** Stores judgements that people made elsewhere, inside the transaction of one import. */
final class ImportedLabels {
  private final Handle h;
  private final Campaign campaign;

  /** One time for all: when people really said it, the files do not tell. */
  private final long now;

  /** Identifiers by the names in the files. */
  private final Map<String, String> people = new HashMap<>();

  ImportedLabels(Handle h, Campaign campaign, long now) {
    this.h = h;
    this.campaign = campaign;
    this.now = now;
  }

  void add(Item item, Ranking ranking) {
    String person = people.computeIfAbsent(ranking.labeler(), this::person);
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
        .bind("answer", AnswerJson.write(answer(item, ranking)))
        .bind("now", now)
        .execute();
    AssignmentStore.take(h, item.id(), 1);
  }

  /** Somebody who labeled elsewhere; the name they had there is a pseudonym already. */
  private String person(String labeler) {
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
    // The database decides whether the name is free: another import may be taking it right now.
    if (insert(id, login, labeler, labeler) == 0) {
      insert(id, login, labeler, labeler + "-" + id.substring(0, 6));
    }
    return id;
  }

  private int insert(String id, String login, String labeler, String pseudonym) {
    return h.createUpdate(
            "INSERT INTO people (id, login, name, pseudonym, password_hash, role, active,"
                + " created_at) VALUES (:id, :login, :name, :pseudonym, '', :role, 0, :now)"
                + " ON CONFLICT (pseudonym) DO NOTHING")
        .bind("id", id)
        .bind("login", login)
        .bind("name", labeler + " (imported)")
        .bind("pseudonym", pseudonym)
        .bind("role", PersonRole.LABELER.name())
        .bind("now", now)
        .execute();
  }

  private Answer answer(Item item, Ranking ranking) {
    TaskKind task = campaign.task();
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
}
