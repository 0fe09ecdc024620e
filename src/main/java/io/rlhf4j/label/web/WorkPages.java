package io.rlhf4j.label.web;

import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Draft;
import io.rlhf4j.label.Instruction;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.AnswerJson;
import io.rlhf4j.label.store.AssignmentStore.Saved;
import io.rlhf4j.label.store.SubmissionStore.Outcome;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Labeling itself: gives out items, keeps drafts, takes answers. */
public final class WorkPages {
  private static final int ANSWER = 1024 * 1024;
  private static final int LONGEST_DAY = 24 * 60 * 60;

  /** One item in front of one labeler. */
  public record Work(
      Campaign campaign,
      Instruction instruction,
      Assignment assignment,
      List<Message> prompt,
      String brief,
      List<Shown> outputs,
      String draft,
      int revision,
      int done) {
    /** Pages to turn: one per output and the board, or a single one. */
    public int pages() {
      return switch (campaign.task()) {
        case RANKING -> outputs.size() + 1;
        case TOXICITY -> outputs.size();
        case DEMONSTRATION, PROMPT, COMPARISON -> 1;
      };
    }
  }

  /** An output under the letter that stands for it; who wrote it stays hidden. */
  public record Shown(String letter, String id, String text) {}

  private final Stores stores;

  WorkPages(Stores stores) {
    this.stores = stores;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/work/{campaign}", Access.LABELERS, this::page),
        Route.get("/api/work/{campaign}", Access.LABELERS, this::item),
        new Route(
            Route.Method.PUT,
            "/api/work/{assignment}/draft",
            Access.LABELERS,
            ANSWER,
            this::saveDraft),
        Route.post("/api/work/{assignment}/submit", Access.LABELERS, this::submit)
            .withMaxBody(ANSWER),
        Route.post("/api/work/{assignment}/skip", Access.LABELERS, this::skip));
  }

  private void page(Exchange exchange) {
    Campaign campaign = campaign(exchange);
    Work work = work(campaign, exchange);
    if (work == null) {
      exchange.page("done.jte", "All done", campaign);
      return;
    }
    exchange.page("work.jte", campaign.task().title, work);
  }

  /** The same for programs that label. */
  private void item(Exchange exchange) {
    Work work = work(campaign(exchange), exchange);
    if (work == null) {
      exchange.json(Map.of("done", true));
      return;
    }
    Map<String, Object> answer = new LinkedHashMap<>();
    answer.put("assignment", work.assignment().id());
    answer.put("instruction", work.instruction().id());
    answer.put("task", work.campaign().task().name());
    answer.put(
        "prompt",
        work.prompt().stream()
            .map(
                m ->
                    Map.of(
                        "role", m.role().name().toLowerCase(Locale.ROOT), "content", m.content()))
            .toList());
    answer.put("brief", work.brief());
    answer.put(
        "outputs",
        work.outputs().stream().map(o -> Map.of("id", o.id(), "text", o.text())).toList());
    answer.put("revision", work.revision());
    answer.put("draft", work.draft());
    exchange.json(answer);
  }

  private Campaign campaign(Exchange exchange) {
    Campaign campaign = stores.campaigns().byName(exchange.path("campaign"));
    if (campaign == null || !campaign.audience().includes(exchange.person().role())) {
      throw Refusal.notFound("campaign");
    }
    return campaign;
  }

  private @Nullable Work work(Campaign campaign, Exchange exchange) {
    Assignment assignment = stores.assignments().next(campaign, exchange.person());
    if (assignment == null) {
      return null;
    }
    Item item = item(assignment);
    List<Shown> shown = new ArrayList<>();
    for (int position : assignment.shownOrder()) {
      Item.Output output = item.outputs().get(position);
      shown.add(new Shown(letter(shown.size()), output.id(), output.text()));
    }
    Prompt prompt = item.prompt();
    Draft draft = stores.assignments().draft(assignment.id());
    return new Work(
        campaign,
        Objects.requireNonNull(stores.instructions().find(campaign.instructionId())),
        assignment,
        prompt == null ? List.of() : prompt.messages(),
        item.brief(),
        shown,
        draft == null ? "" : draft.body(),
        draft == null ? 0 : draft.revision(),
        stores.submissions().count(campaign.id(), exchange.person().id()));
  }

  private static String letter(int index) {
    return String.valueOf((char) ('A' + index));
  }

  private Item item(Assignment assignment) {
    return Objects.requireNonNull(stores.items().find(assignment.itemId()));
  }

  /** Only one's own; whether another's exists is nobody's business. */
  private Assignment mine(Exchange exchange) {
    Assignment assignment = stores.assignments().find(exchange.path("assignment"));
    if (assignment == null || !assignment.personId().equals(exchange.person().id())) {
      throw Refusal.notFound("item in your hands");
    }
    return assignment;
  }

  private Campaign campaign(Assignment assignment) {
    return Objects.requireNonNull(stores.campaigns().find(assignment.campaignId()));
  }

  private void saveDraft(Exchange exchange) {
    Assignment assignment = mine(exchange);
    JsonValue sent = exchange.json();
    int basedOn = sent.get("basedOn").integer();
    String body = sent.get("body").text();
    Saved saved = stores.assignments().save(assignment, campaign(assignment), basedOn, body);
    if (saved instanceof Saved.Stored stored) {
      exchange.json(Map.of("revision", stored.revision()));
    } else if (saved instanceof Saved.Outdated outdated) {
      exchange.status(409);
      exchange.json(
          Map.of("revision", outdated.newer().revision(), "body", outdated.newer().body()));
    } else {
      exchange.status(410);
      exchange.json(Map.of("error", "This item is finished."));
    }
  }

  private void submit(Exchange exchange) {
    Assignment assignment = mine(exchange);
    JsonValue sent = exchange.json();
    Campaign campaign = underInstructions(campaign(assignment), sent.find("instruction"));
    String key = sent.get("key").text();
    if (!key.matches("[A-Za-z0-9-]{8,64}")) {
      throw sent.get("key").error("must have 8 to 64 letters, digits and hyphens");
    }
    JsonValue answerJson = sent.get("answer");
    Answer answer =
        AnswerJson.read(campaign.task(), item(assignment), answerJson.node().toString());
    int seconds = Math.max(0, Math.min(LONGEST_DAY, sent.get("seconds").integer()));
    Outcome outcome =
        stores.submissions().submit(key, assignment, campaign, exchange.person(), answer, seconds);
    exchange.json(Map.of("outcome", outcome.name()));
  }

  /** A label belongs to the instructions that were on the page, though newer ones may be out. */
  private Campaign underInstructions(Campaign campaign, @Nullable JsonValue shown) {
    if (shown == null) {
      return campaign;
    }
    if (stores.instructions().find(shown.text()) == null) {
      throw shown.error("must be a version of the instructions");
    }
    return campaign.withInstruction(shown.text());
  }

  private void skip(Exchange exchange) {
    Assignment assignment = mine(exchange);
    stores.assignments().skip(assignment, exchange.json().get("reason").text());
    exchange.json(Map.of("outcome", "SKIPPED"));
  }
}
