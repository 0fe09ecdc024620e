package io.rlhf4j.cli;

import io.rlhf4j.data.ColumnNames;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.PromptIntake;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Instruction;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.exchange.CampaignImport;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.FirstInstructions;
import io.rlhf4j.label.store.ImportStore;
import io.rlhf4j.label.web.Stores;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label import}: files into a campaign, with a report of what did not pass. */
@Command(
    name = "import",
    description = "Brings prompts, outputs or judgements into a campaign, making it if it is new.")
final class LabelImportCommand implements Callable<Integer> {
  private static final int SHOWN = 10;

  /** What the files hold. */
  enum Holding {
    PROMPTS,
    OUTPUTS,
    JUDGEMENTS
  }

  @Mixin private LabelDatabase where = new LabelDatabase();

  @Parameters(index = "0", paramLabel = "CAMPAIGN", description = "The campaign's name.")
  private String name = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "FILE",
      description = "Files, a folder of output files or of a run, or dataset_info.json#NAME.")
  private List<Path> files = new ArrayList<>();

  @Option(
      names = "--as",
      required = true,
      description =
          "What the files hold: prompts, outputs (one file per model), or judgements (rankings"
              + " or comparisons of people).")
  private Holding holding = Holding.PROMPTS;

  @Option(
      names = "--columns",
      defaultValue = "",
      paramLabel = "OURS=YOURS,...",
      description =
          "Columns under names of your own, such as prompt=question,output=answer; other columns"
              + " are not read then.")
  private String columns = "";

  @Option(
      names = "--task",
      description = "What a new campaign asks: demonstration, ranking, comparison or toxicity.")
  private @Nullable TaskKind task;

  @Option(
      names = "--audience",
      defaultValue = "labelers",
      description = "Who labels: labelers, held_out or everybody (default ${DEFAULT-VALUE}).")
  private Campaign.Audience audience = Campaign.Audience.LABELERS;

  @Option(
      names = "--overlap",
      defaultValue = "1",
      description = "Labels wanted per item of a new campaign (default ${DEFAULT-VALUE}).")
  private int overlap = 1;

  @Option(names = "--baseline", defaultValue = "", description = "Model of the win rates.")
  private String baseline = "";

  @Option(
      names = "--outputs-only",
      description = "Of judgements, take the outputs and not what people said.")
  private boolean outputsOnly;

  @Option(
      names = "--language",
      split = ",",
      description = "Languages wanted, such as en,de; without it, all.")
  private List<String> languages = new ArrayList<>();

  @Option(names = "--no-deduplication", description = "Keep prompts that contain other prompts.")
  private boolean duplicates;

  @Option(
      names = "--prefix-words",
      defaultValue = "0",
      description = "Remove prompts that begin with the same so many words; 0 does not.")
  private int prefixWords;

  @Option(
      names = "--near",
      defaultValue = "0",
      description = "Remove prompts at least this similar to an earlier one (0.8); 0 does not.")
  private double near;

  @Option(
      names = "--per-user",
      defaultValue = "200",
      description = "Most prompts of one user; 0 is any number (default ${DEFAULT-VALUE}).")
  private int perUser = 200;

  @Option(
      names = "--valid",
      defaultValue = "0",
      description = "Share of prompts for validation, split by user; 0 keeps the file's splits.")
  private double valid;

  @Option(names = "--test", defaultValue = "0", description = "Share of prompts for the test.")
  private double test;

  @Option(
      names = "--keep-personal-data",
      description = "Do not hold prompts back in which something looks like personal data.")
  private boolean keepPersonalData;

  @Option(names = "--open", description = "Hand the items out at once.")
  private boolean open;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    TaskKind asked = task == null ? defaultTask() : task;
    CampaignImport found = read(asked);
    try (Database database = where.open()) {
      Stores stores = Stores.over(database);
      Campaign campaign = stores.campaigns().byName(name);
      if (campaign == null) {
        found.requireFor(asked);
        campaign = add(stores, asked);
      } else if (task != null && task != campaign.task()) {
        throw new InputException(
            "campaign '%s' is there and its task is %s; leave --task out or choose another name"
                .formatted(name, campaign.task()));
      }
      new ImportStore(database).add(campaign, found, null);
      if (open) {
        stores.items().requireReady(campaign);
        stores.campaigns().setStatus(campaign.id(), Campaign.Status.OPEN, null);
      }
    }
    report(found, spec.commandLine().getOut());
    return 0;
  }

  private TaskKind defaultTask() {
    return holding == Holding.PROMPTS ? TaskKind.DEMONSTRATION : TaskKind.RANKING;
  }

  private CampaignImport read(TaskKind asked) {
    List<Path> all = expanded();
    ColumnNames named = ColumnNames.parse(columns);
    return switch (holding) {
      case PROMPTS -> CampaignImport.prompts(single(all), named, settings());
      case OUTPUTS -> CampaignImport.outputs(all, named, asked, baseline, settings());
      // What was judged is fixed: nothing of it is taken away but what is asked for.
      case JUDGEMENTS ->
          CampaignImport.rankings(single(all), named, !outputsOnly, PromptIntake.Settings.none());
    };
  }

  private PromptIntake.Settings settings() {
    // Models answer repeated evaluation prompts too; only prompts to be collected are thinned out.
    boolean thin = holding == Holding.PROMPTS;
    return new PromptIntake.Settings(
        languages,
        thin && !duplicates,
        prefixWords,
        near,
        thin ? perUser : 0,
        valid,
        test,
        1,
        !keepPersonalData);
  }

  private static Path single(List<Path> files) {
    if (files.size() != 1) {
      throw new InputException("give one file at a time, had " + files);
    }
    return files.get(0);
  }

  private List<Path> expanded() {
    List<Path> all = new ArrayList<>();
    for (Path file : files) {
      if (!Files.exists(file) && !DatasetReader.isRegistryEntry(file)) {
        throw new InputException(file + " does not exist");
      }
      if (Files.isDirectory(file)) {
        all.addAll(inside(file));
      } else {
        all.add(file);
      }
    }
    return all;
  }

  /** A run's own file of the wanted kind, or else every data file of the folder. */
  private List<Path> inside(Path folder) {
    String own =
        switch (holding) {
          case PROMPTS -> "prompts.jsonl";
          case OUTPUTS -> "completions.jsonl";
          case JUDGEMENTS -> "rankings.jsonl";
        };
    if (Files.exists(folder.resolve(own))) {
      return List.of(folder.resolve(own));
    }
    try (Stream<Path> list = Files.list(folder)) {
      List<Path> found =
          list.filter(
                  f -> f.toString().matches(".*\\.((jsonl|json|csv|tsv)(\\.gz)?|parquet|arrow)"))
              .sorted()
              .toList();
      if (found.isEmpty()) {
        throw new InputException(
            "%s holds neither %s nor any .jsonl, .json, .csv, .tsv, .parquet or .arrow file"
                .formatted(folder, own));
      }
      return found;
    } catch (IOException e) {
      throw new InputException("cannot list " + folder + ": " + e.getMessage(), e);
    }
  }

  private Campaign add(Stores stores, TaskKind asked) {
    boolean evaluation = asked == TaskKind.COMPARISON || asked == TaskKind.TOXICITY;
    Instruction instruction =
        stores
            .instructions()
            .latest(evaluation ? FirstInstructions.EVALUATION : FirstInstructions.TRAINING);
    if (instruction == null) {
      throw new IllegalStateException("every database has the first instructions");
    }
    return stores
        .campaigns()
        .add(name, asked, audience, instruction.id(), overlap, 60, baseline, null);
  }

  private void report(CampaignImport found, PrintWriter out) {
    out.printf(
        "%s: %d items with %d judgements, %d judgements left out, %d held for review, %d prompts"
            + " dropped%n",
        name,
        found.entries().size(),
        found.labels(),
        found.leftOut().size(),
        found.held().size(),
        found.dropped().size());
    Map<PromptIntake.Step, Integer> counts =
        new PromptIntake(List.of(), List.of(), found.dropped()).counts();
    counts.forEach(
        (step, count) -> {
          if (count > 0) {
            out.printf("  %-14s %d%n", step.name().toLowerCase(java.util.Locale.ROOT), count);
          }
        });
    list(out, found.leftOut().stream().map(one -> one.where() + ": " + one.why()).toList());
    list(out, found.dropped().stream().map(one -> one.prompt().id() + ": " + one.why()).toList());
  }

  private static void list(PrintWriter out, List<String> reasons) {
    reasons.stream().limit(SHOWN).forEach(reason -> out.println("  " + reason));
    if (reasons.size() > SHOWN) {
      out.printf("  ... and %d more; the app shows all%n", reasons.size() - SHOWN);
    }
  }
}
