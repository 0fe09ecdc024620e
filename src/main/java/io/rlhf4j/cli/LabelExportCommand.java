package io.rlhf4j.cli;

import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.exchange.CampaignExport;
import io.rlhf4j.label.exchange.CampaignExport.Format;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.web.Stores;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label export}: a campaign's labels as files for training. */
@Command(name = "export", description = "Writes a campaign's labels as files for training.")
final class LabelExportCommand implements Callable<Integer> {
  @Mixin private LabelDatabase where = new LabelDatabase();

  @Parameters(index = "0", paramLabel = "CAMPAIGN", description = "The campaign's name.")
  private String name = "";

  @Option(names = "--to", required = true, description = "Folder for the files.")
  private Path folder = Path.of("");

  @Option(
      names = "--format",
      split = ",",
      description = "Formats: ${COMPLETION-CANDIDATES}; without it, all that the labels yield.")
  private List<Format> formats = new ArrayList<>();

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    try (Database database = where.open()) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, name);
      CampaignExport export =
          CampaignExport.of(stores.submissions().labels(campaign), stores.instructions().all());
      for (Format format : formats.isEmpty() ? export.formats() : formats) {
        Path file = folder.resolve(format.fileName());
        export.write(format, file);
        spec.commandLine().getOut().println(file);
      }
    }
    return 0;
  }
}
