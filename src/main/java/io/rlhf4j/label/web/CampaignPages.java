package io.rlhf4j.label.web;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Campaign.Audience;
import io.rlhf4j.label.Campaign.Status;
import io.rlhf4j.label.Instruction;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.exchange.CampaignExport;
import io.rlhf4j.label.report.CampaignReports;
import io.rlhf4j.label.report.Report;
import io.rlhf4j.label.store.CampaignStore.Progress;
import io.rlhf4j.label.store.ImportStore;
import java.util.List;
import java.util.Objects;

/** Campaigns as those see them who lead or watch: what is asked, how far it is. */
public final class CampaignPages {
  private static final int REVIEWED = 25;

  /** A campaign in the list. */
  public record Line(Campaign campaign, Progress progress) {}

  /** The list, with what a new campaign can be. */
  public record Listing(List<Line> campaigns, List<Instruction> instructions, boolean lead) {}

  /** What changes while people work. */
  public record Live(Campaign campaign, Progress progress, Report pace) {}

  /**
   * One campaign.
   *
   * @param waiting those on the page of {@code review}
   */
  public record View(
      Live live,
      Instruction instruction,
      List<Instruction> newer,
      List<ImportStore.Import> imports,
      List<ImportStore.Waiting> waiting,
      Paging review,
      List<CampaignExport.Format> formats,
      boolean lead) {}

  private final Stores stores;
  private final ImportStore imports;

  CampaignPages(Stores stores) {
    this.stores = stores;
    this.imports = new ImportStore(stores.database());
  }

  List<Route> routes() {
    return List.of(
        Route.get("/campaigns", Access.READERS, this::list),
        Route.post("/campaigns", Access.LEADS, this::add),
        Route.get("/campaigns/{name}", Access.READERS, this::show),
        Route.get("/campaigns/{name}/live", Access.READERS, this::live),
        Route.post("/campaigns/{name}/status", Access.LEADS, this::setStatus),
        Route.post("/campaigns/{name}/instruction", Access.LEADS, this::setInstruction),
        Route.post("/campaigns/{name}/briefs", Access.LEADS, this::addBriefs),
        Route.post("/campaigns/{name}/held/{id}", Access.LEADS, this::decide));
  }

  static Campaign require(Stores stores, Exchange exchange) {
    Campaign campaign = stores.campaigns().byName(exchange.path("name"));
    if (campaign == null) {
      throw Refusal.notFound("campaign");
    }
    return campaign;
  }

  static boolean isLead(Exchange exchange) {
    return exchange.person().role() == PersonRole.LEAD;
  }

  private void list(Exchange exchange) {
    List<Line> lines =
        stores.campaigns().all().stream()
            .map(campaign -> new Line(campaign, stores.campaigns().progress(campaign.id())))
            .toList();
    exchange.page(
        "campaigns.jte",
        "Campaigns",
        new Listing(lines, stores.instructions().all(), isLead(exchange)));
  }

  private void add(Exchange exchange) {
    Form form = exchange.form();
    String instruction = form.text("instruction", "The version of the instructions", 40);
    if (stores.instructions().find(instruction) == null) {
      throw Refusal.notFound("version of the instructions");
    }
    Campaign campaign =
        stores
            .campaigns()
            .add(
                form.text("name", "The name", 60),
                form.choice("task", "The task", TaskKind.class),
                form.choice("audience", "The audience", Audience.class),
                instruction,
                form.number("overlap", "Labels per item"),
                form.number("lease", "Lease minutes"),
                form.get("baseline").strip(),
                exchange.person().id());
    exchange.redirect(
        "/campaigns/" + campaign.name(), "The campaign is made. Bring items in, then open it.");
  }

  private void show(Exchange exchange) {
    Campaign campaign = require(stores, exchange);
    List<Label> labels = stores.submissions().labels(campaign);
    Instruction instruction =
        Objects.requireNonNull(stores.instructions().find(campaign.instructionId()));
    List<ImportStore.Waiting> waiting = imports.waiting(campaign.id());
    Paging review = Paging.of(exchange, "review", REVIEWED, waiting.size());
    exchange.page(
        "campaign.jte",
        campaign.name(),
        new View(
            live(campaign, labels),
            instruction,
            stores.instructions().all().stream()
                .filter(other -> !other.id().equals(instruction.id()))
                .toList(),
            imports.of(campaign.id()),
            review.of(waiting),
            review,
            CampaignExport.of(labels, List.of()).formats(),
            isLead(exchange)));
  }

  private Live live(Campaign campaign, List<Label> labels) {
    return new Live(
        campaign,
        stores.campaigns().progress(campaign.id()),
        CampaignReports.pace(labels, stores.database().now()));
  }

  private void live(Exchange exchange) {
    Campaign campaign = require(stores, exchange);
    exchange.part("part/live.jte", live(campaign, stores.submissions().labels(campaign)));
  }

  private void setStatus(Exchange exchange) {
    Campaign campaign = require(stores, exchange);
    Status status = exchange.form().choice("status", "The status", Status.class);
    if (status == Status.OPEN) {
      stores.items().requireReady(campaign);
    }
    stores.campaigns().setStatus(campaign.id(), status, exchange.person().id());
    exchange.redirect("/campaigns/" + campaign.name());
  }

  private void setInstruction(Exchange exchange) {
    Campaign campaign = require(stores, exchange);
    String id = exchange.form().text("instruction", "The version of the instructions", 40);
    if (stores.instructions().find(id) == null) {
      throw Refusal.notFound("version of the instructions");
    }
    stores.campaigns().setInstruction(campaign.id(), id, exchange.person().id());
    exchange.redirect(
        "/campaigns/" + campaign.name(), "Labels made from now on are made under this version.");
  }

  /** What prompts are to be written: one brief per line. */
  private void addBriefs(Exchange exchange) {
    Campaign campaign = require(stores, exchange);
    if (campaign.task() != TaskKind.PROMPT) {
      throw new Refusal(400, "Only a campaign that asks for prompts takes briefs.");
    }
    List<NewItem> briefs =
        exchange
            .form()
            .text("briefs", "The list of briefs", 60_000)
            .lines()
            .filter(line -> !line.isBlank())
            .map(line -> NewItem.brief(line.strip()))
            .toList();
    stores.items().add(campaign.id(), "briefs", briefs);
    exchange.redirect("/campaigns/" + campaign.name(), briefs.size() + " briefs added.");
  }

  private void decide(Exchange exchange) {
    Campaign campaign = require(stores, exchange);
    ImportStore.Decision decision =
        exchange.form().choice("decision", "The decision", ImportStore.Decision.class);
    try {
      imports.decide(exchange.path("id"), decision, exchange.person().id());
    } catch (InputException e) {
      throw new Refusal(400, String.valueOf(e.getMessage()));
    }
    String review = exchange.query("review");
    exchange.redirect(
        "/campaigns/%s?review=%s#review"
            .formatted(campaign.name(), review.matches("[0-9]{1,9}") ? review : "1"));
  }
}
