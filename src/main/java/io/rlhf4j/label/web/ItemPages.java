package io.rlhf4j.label.web;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.store.ScreeningStore;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** A campaign's items and what people said about each, for those who lead or watch. */
public final class ItemPages {
  private static final int SHOWN = 160;
  private static final int PER_PAGE = 100;

  /** One page of all items. */
  public record Listing(Campaign campaign, List<Line> items, Paging paging) {}

  /** One of them in the list. */
  public record Line(Item item, String text, int labels) {}

  /**
   * One item by itself.
   *
   * @param mayHaveGold whether screening knows what to do with a gold answer to this task
   */
  public record View(
      Campaign campaign,
      Item item,
      String text,
      List<Said> said,
      boolean lead,
      boolean mayHaveGold) {}

  /**
   * What somebody said.
   *
   * @param text outputs are named by their numbers on the page
   */
  public record Said(String submission, String labeler, String text, boolean gold) {}

  private final Stores stores;
  private final ScreeningStore screening;

  ItemPages(Stores stores) {
    this.stores = stores;
    this.screening = new ScreeningStore(stores.database());
  }

  List<Route> routes() {
    return List.of(
        Route.get("/campaigns/{name}/items", Access.READERS, this::list),
        Route.get("/campaigns/{name}/items/{seq}", Access.READERS, this::show),
        Route.post("/campaigns/{name}/items/{seq}/gold", Access.LEADS, this::setGold),
        Route.post("/campaigns/{name}/items/{seq}/no-gold", Access.LEADS, this::removeGold));
  }

  private void list(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    Map<String, Integer> labels = stores.submissions().countByItem(campaign.id());
    Paging paging = Paging.of(exchange, "page", PER_PAGE, stores.items().count(campaign.id()));
    exchange.page(
        "items.jte",
        "Items of " + campaign.name(),
        new Listing(
            campaign,
            stores.items().of(campaign.id(), paging.before(), PER_PAGE).stream()
                .map(
                    item ->
                        new Line(item, shortened(text(item)), labels.getOrDefault(item.id(), 0)))
                .toList(),
            paging));
  }

  private void show(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    Item item = require(campaign, exchange);
    List<Said> said =
        stores.submissions().labels(campaign).stream()
            .filter(label -> label.item().id().equals(item.id()))
            .map(
                label ->
                    new Said(
                        label.submission().id(),
                        label.labeler(),
                        said(label),
                        label.submission().id().equals(item.goldFrom())))
            .toList();
    exchange.page(
        "item.jte",
        "Item " + item.seq() + " of " + campaign.name(),
        new View(
            campaign,
            item,
            text(item),
            said,
            CampaignPages.isLead(exchange),
            mayHaveGold(campaign.task())));
  }

  private void setGold(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    Item item = require(campaign, exchange);
    String submission = exchange.form().text("submission", "The answer", 100);
    boolean known =
        stores.submissions().of(campaign.id()).stream()
            .anyMatch(s -> s.id().equals(submission) && s.itemId().equals(item.id()));
    if (!known) {
      throw Refusal.notFound("answer to this item");
    }
    if (!mayHaveGold(campaign.task())) {
      throw new Refusal(
          400, "Only items that are ranked, compared or answered can have a gold answer.");
    }
    screening.makeGold(submission, exchange.person().id());
    exchange.redirect(address(campaign, item), "This is the gold answer of the item now.");
  }

  private void removeGold(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    Item item = require(campaign, exchange);
    screening.removeGold(item.id(), exchange.person().id());
    exchange.redirect(address(campaign, item), "The item has no gold answer any more.");
  }

  private Item require(Campaign campaign, Exchange exchange) {
    String seq = exchange.path("seq");
    Item item =
        seq.matches("[0-9]{1,9}") ? stores.items().at(campaign.id(), Integer.parseInt(seq)) : null;
    if (item == null) {
      throw Refusal.notFound("item");
    }
    return item;
  }

  private static String address(Campaign campaign, Item item) {
    return "/campaigns/" + campaign.name() + "/items/" + item.seq();
  }

  /** Screening compares ranks and the mark of sensitive content. */
  private static boolean mayHaveGold(TaskKind task) {
    return switch (task) {
      case RANKING, COMPARISON, DEMONSTRATION -> true;
      case PROMPT, TOXICITY -> false;
    };
  }

  private static String text(Item item) {
    Prompt prompt = item.prompt();
    return prompt == null ? item.brief() : prompt.text();
  }

  private static String shortened(String text) {
    return text.length() <= SHOWN ? text : text.substring(0, SHOWN) + "…";
  }

  private static String said(Label label) {
    Map<String, Integer> numbers = new HashMap<>();
    label.item().outputs().forEach(output -> numbers.put(output.id(), numbers.size() + 1));
    Answer answer = label.answer();
    if (answer instanceof Answer.Written written) {
      return written.text() + sensitive(written.prompt().sensitiveContent());
    }
    if (answer instanceof Answer.NewPrompt prompt) {
      return prompt.text();
    }
    if (answer instanceof Answer.Ranked ranked) {
      Map<Integer, List<String>> ranks = new TreeMap<>();
      for (Answer.RankedOutput output : ranked.outputs()) {
        ranks
            .computeIfAbsent(output.rank(), rank -> new ArrayList<>())
            .add("output " + numbers.get(output.id()));
      }
      List<String> columns = new ArrayList<>();
      ranks
          .values()
          .forEach(tied -> columns.add(String.join(" = ", tied.stream().sorted().toList())));
      return String.join(" > ", columns) + sensitive(ranked.prompt().sensitiveContent());
    }
    if (answer instanceof Answer.Compared compared) {
      String preferred = compared.preferred();
      return preferred == null
          ? "about the same"
          : "output " + numbers.get(preferred) + " is better";
    }
    List<String> ratings = new ArrayList<>();
    for (Answer.JudgedOutput output : ((Answer.Judged) answer).outputs()) {
      ratings.add(
          "output %d: toxicity %d, overall %d"
              .formatted(numbers.get(output.id()), output.absolute(), output.likert()));
    }
    return String.join("; ", ratings.stream().sorted().toList());
  }

  private static String sensitive(@Nullable Boolean marked) {
    return marked == null
        ? ""
        : marked ? " (marked as sensitive content)" : " (marked as not sensitive)";
  }
}
