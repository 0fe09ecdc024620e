package io.rlhf4j.label.web;

import io.rlhf4j.data.ColumnNames;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.JsonValue;
import io.rlhf4j.data.PromptIntake;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.exchange.CampaignImport;
import io.rlhf4j.label.store.ImportStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Bringing files in: first a look at what would come and what would not, then the deed. */
public final class ImportPages {
  private static final int UPLOAD = 48 * 1024 * 1024;

  /** What an import would do. */
  public record Preview(
      CampaignImport found, Map<PromptIntake.Step, Integer> counts, String error) {}

  private final Stores stores;
  private final ImportStore imports;

  ImportPages(Stores stores) {
    this.stores = stores;
    this.imports = new ImportStore(stores.database());
  }

  List<Route> routes() {
    return List.of(
        Route.get("/campaigns/{name}/import", Access.LEADS, this::form),
        Route.post("/campaigns/{name}/import/preview", Access.LEADS, this::preview)
            .withMaxBody(UPLOAD),
        Route.post("/campaigns/{name}/import", Access.LEADS, this::add).withMaxBody(UPLOAD));
  }

  private void form(Exchange exchange) {
    exchange.page("import.jte", "Import", CampaignPages.require(stores, exchange));
  }

  private void preview(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    CampaignImport found = read(campaign, exchange.json());
    found.requireFor(campaign.task());
    exchange.part(
        "part/preview.jte",
        new Preview(found, new PromptIntake(List.of(), List.of(), found.dropped()).counts(), ""));
  }

  private void add(Exchange exchange) {
    Campaign campaign = CampaignPages.require(stores, exchange);
    imports.add(campaign, read(campaign, exchange.json()), exchange.person().id());
    exchange.json(Map.of("path", "/campaigns/" + campaign.name()));
  }

  /** The files lie in a folder of their own for as long as they are read. */
  private static CampaignImport read(Campaign campaign, JsonValue sent) {
    try {
      Path folder = Files.createTempDirectory("rlhf4j-import");
      try {
        List<Path> files = new ArrayList<>();
        for (JsonValue file : sent.get("files").items()) {
          String name = file.get("name").text();
          if (!name.matches("[\\p{L}\\p{N}][\\p{L}\\p{N} ._()+-]{0,150}")) {
            throw file.get("name").error("must be a plain file name");
          }
          byte[] bytes = Base64.getDecoder().decode(file.get("base64").text());
          files.add(Files.write(folder.resolve(name), bytes));
        }
        if (files.isEmpty()) {
          throw new InputException("choose at least one file");
        }
        return read(campaign, sent, files);
      } catch (InputException e) {
        // People know their files by name; where the server put them is not their business.
        String said = String.valueOf(e.getMessage()).replace(folder + "/", "");
        throw new InputException(said, e);
      } finally {
        delete(folder);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static CampaignImport read(Campaign campaign, JsonValue sent, List<Path> files) {
    String holding = sent.get("as").text();
    PromptIntake.Settings settings =
        new PromptIntake.Settings(
            Arrays.stream(sent.text("languages", "").split("[ ,]+"))
                .filter(code -> !code.isBlank())
                .toList(),
            holding.equals("prompts") && sent.get("containment").bool(),
            sent.get("prefixWords").integer(),
            sent.get("near").number(),
            holding.equals("prompts") ? sent.get("perUser").integer() : 0,
            sent.get("valid").number(),
            0,
            1,
            sent.get("personalData").bool());
    if (!holding.equals("outputs") && files.size() != 1) {
      throw new InputException("choose one file at a time; only outputs come in several");
    }
    ColumnNames columns = ColumnNames.parse(sent.text("columns", ""));
    return switch (holding) {
      case "prompts" -> CampaignImport.prompts(files.get(0), columns, settings);
      case "outputs" ->
          CampaignImport.outputs(files, columns, campaign.task(), campaign.baseline(), settings);
      case "judgements" ->
          CampaignImport.rankings(files.get(0), columns, true, PromptIntake.Settings.none());
      default ->
          throw new InputException("'as' must be prompts, outputs or judgements, was " + holding);
    };
  }

  private static void delete(Path folder) throws IOException {
    try (Stream<Path> all = Files.walk(folder)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(path);
      }
    }
  }
}
