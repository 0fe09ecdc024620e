package io.rlhf4j.cli;

import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.report.CampaignReports;
import io.rlhf4j.label.report.Report;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.web.Stores;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label results}: what a campaign's labels say about the models. */
@Command(name = "results", description = "Prints what a campaign's labels say about the models.")
final class LabelResultsCommand implements Callable<Integer> {
  @Mixin private LabelDatabase where = new LabelDatabase();

  @Parameters(index = "0", paramLabel = "CAMPAIGN", description = "The campaign's name.")
  private String name = "";

  @Option(names = "--json", description = "Print JSON.")
  private boolean json;

  @Option(names = "--baseline", description = "Model of the win rates; else the campaign's.")
  private @Nullable String baseline;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    try (Database database = where.open()) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, name);
      List<Label> labels = stores.submissions().labels(campaign);
      Report report = CampaignReports.results(campaign, labels, baseline);
      spec.commandLine().getOut().print(json ? report.json().toPrettyString() : report.text());
      spec.commandLine().getOut().println();
    }
    return 0;
  }
}
