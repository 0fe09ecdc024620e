package io.rlhf4j.label.web;

import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.exchange.CampaignExport;
import io.rlhf4j.label.exchange.CampaignExport.Format;
import io.rlhf4j.label.report.CampaignReports;
import io.rlhf4j.label.report.Picture;
import io.rlhf4j.label.report.Report;
import io.rlhf4j.label.report.Table;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/** Agreement, results and pace of a campaign, on pages and as files; and its labels as files. */
public final class ReportPages {
  /** A report and its choices. */
  public record View(
      Campaign campaign, String kind, Report report, List<String> models, String baseline) {}

  private final Stores stores;

  ReportPages(Stores stores) {
    this.stores = stores;
  }

  List<Route> routes() {
    return List.of(
        Route.get("/campaigns/{name}/report/{kind}", Access.READERS, this::page),
        Route.get("/campaigns/{name}/report/{kind}/all.json", Access.READERS, this::json),
        Route.get("/campaigns/{name}/report/{kind}/csv/{table}", Access.READERS, this::csv),
        Route.get("/campaigns/{name}/report/{kind}/svg/{picture}", Access.READERS, this::svg),
        Route.get("/campaigns/{name}/export/{format}", Access.LEADS, this::export));
  }

  private void page(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    List<Label> labels = stores.submissions().labels(campaign);
    Report report = report(exchange, campaign, labels);
    TreeSet<String> models = new TreeSet<>();
    labels.forEach(label -> label.item().outputs().forEach(o -> models.add(o.policy())));
    models.remove("");
    exchange.page(
        "report.jte",
        report.title(),
        new View(
            campaign,
            exchange.path("kind"),
            report,
            List.copyOf(models),
            exchange.query("baseline")));
  }

  private Report report(Exchange exchange, Campaign campaign, List<Label> labels) {
    String baseline = exchange.query("baseline");
    return switch (exchange.path("kind")) {
      case "agreement" -> CampaignReports.agreement(labels);
      case "results" ->
          CampaignReports.results(campaign, labels, baseline.isEmpty() ? null : baseline);
      case "pace" -> CampaignReports.pace(labels, stores.database().now());
      default -> throw Refusal.notFound("report");
    };
  }

  private Report report(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    return report(exchange, campaign, stores.submissions().labels(campaign));
  }

  private void json(Exchange exchange) {
    exchange.download(
        exchange.path("kind") + ".json",
        "application/json; charset=utf-8",
        report(exchange).json().toPrettyString().getBytes(StandardCharsets.UTF_8));
  }

  private void csv(Exchange exchange) {
    Table table = report(exchange).table(exchange.path("table"));
    if (table == null) {
      throw Refusal.notFound("table");
    }
    exchange.download(
        table.name() + ".csv",
        "text/csv; charset=utf-8",
        table.csv().getBytes(StandardCharsets.UTF_8));
  }

  private void svg(Exchange exchange) {
    for (Picture picture : report(exchange).pictures()) {
      if (picture.name().equals(exchange.path("picture"))) {
        exchange.download(
            picture.name() + ".svg",
            "image/svg+xml",
            picture.standalone().getBytes(StandardCharsets.UTF_8));
        return;
      }
    }
    throw Refusal.notFound("picture");
  }

  private void export(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    Format format = null;
    for (Format one : Format.values()) {
      format = one.fileName().equals(exchange.path("format")) ? one : format;
    }
    if (format == null) {
      throw Refusal.notFound("format");
    }
    CampaignExport export =
        CampaignExport.of(stores.submissions().labels(campaign), stores.instructions().all());
    List<String> rows = new ArrayList<>();
    export.rows(format).forEach(row -> rows.add(row.toString()));
    stores.audit().add(exchange.person().id(), "export", campaign.id(), format.fileName());
    exchange.download(
        campaign.name() + "-" + format.fileName(),
        "application/x-ndjson",
        (String.join("\n", rows) + "\n").getBytes(StandardCharsets.UTF_8));
  }
}
