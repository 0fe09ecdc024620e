package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.web.Stores;
import io.rlhf4j.model.Generation;
import io.rlhf4j.model.Generator;
import io.rlhf4j.model.ModelFolder;
import io.rlhf4j.model.Precision;
import io.rlhf4j.model.Sampling;
import io.rlhf4j.model.Transformer;
import io.rlhf4j.tokenizer.PromptFormat;
import io.rlhf4j.tokenizer.PromptStyle;
import io.rlhf4j.tokenizer.Tokenizer;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label fill}: models answer a campaign's prompts, for people to judge. */
@Command(
    name = "fill",
    description = "Samples outputs for a campaign's prompts from model folders.")
final class LabelFillCommand implements Callable<Integer> {
  private static final int BATCH = 32;

  @Mixin private LabelDatabase where = new LabelDatabase();

  @Parameters(index = "0", paramLabel = "CAMPAIGN", description = "The campaign's name.")
  private String name = "";

  @Option(
      names = "--model",
      required = true,
      description = "Model folder, or NAME=FOLDER; give it once per model.")
  private List<String> models = new ArrayList<>();

  @Option(
      names = "--k",
      description =
          "Outputs per prompt, dealt evenly to the models (default 4; where two are compared, 2).")
  private @Nullable Integer asked;

  @Option(
      names = "--format",
      defaultValue = "plain",
      description = "plain: the text as it is; chat: the model's chat template.")
  private PromptStyle format = PromptStyle.PLAIN;

  @Option(names = "--temperature", defaultValue = "1", description = "0 takes the best token.")
  private double temperature = 1;

  @Option(names = "--max-new-tokens", defaultValue = "48", description = "Longest output.")
  private int maxNewTokens = 48;

  @Option(names = "--seed", defaultValue = "1", description = "Decides the samples.")
  private long seed = 1;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    Map<String, Path> folders = folders();
    try (Database database = where.open()) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, name);
      int k = perPrompt(campaign.task(), folders.size());
      List<Item> items =
          stores.items().of(campaign.id()).stream()
              .filter(item -> item.prompt() != null && item.outputs().isEmpty())
              .toList();
      if (items.isEmpty()) {
        throw new InputException(
            "campaign '" + name + "' has no prompt without outputs; import prompts first");
      }
      Map<String, List<NewOutput>> outputs = new HashMap<>();
      int model = 0;
      for (Map.Entry<String, Path> folder : folders.entrySet()) {
        int share = k / folders.size() + (model < k % folders.size() ? 1 : 0);
        sample(folder.getKey(), folder.getValue(), items, share, outputs);
        model++;
      }
      stores.items().addOutputs(campaign, outputs, String.join(" and ", folders.keySet()));
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%s: %d outputs for each of %d prompts%n", name, k, outputs.size());
    }
    return 0;
  }

  private int perPrompt(TaskKind task, int folders) {
    if (!task.judges()) {
      throw new InputException(
          "campaign '%s' asks people to %s, which needs no outputs of models; choose one that ranks, compares or judges"
              .formatted(name, task.title.toLowerCase(Locale.ROOT)));
    }
    int k = asked != null ? asked : task == TaskKind.COMPARISON ? 2 : Math.max(4, folders);
    if (!task.fits(k)) {
      throw new InputException(
          "--k must fit the campaign: the task '%s' needs %s, was %d"
              .formatted(task.title, task.needs(), k));
    }
    if (k < folders) {
      throw new InputException(
          "--k must be at least %d, one output of every model, was %d; give fewer models or more outputs"
              .formatted(folders, k));
    }
    return k;
  }

  private Map<String, Path> folders() {
    Map<String, Path> folders = new LinkedHashMap<>();
    for (String model : models) {
      int equals = model.indexOf('=');
      Path folder = Path.of(equals < 0 ? model : model.substring(equals + 1));
      // Run folders keep the model in a folder of that name: what lies above says which one it is.
      Path last = folder.getFileName();
      Path named =
          last != null && last.toString().equals("model") && folder.getParent() != null
              ? folder.getParent()
              : folder;
      String label = equals < 0 ? String.valueOf(named.getFileName()) : model.substring(0, equals);
      if (folders.put(label, folder) != null) {
        throw new InputException(
            "two models are called '" + label + "'; name them as --model NAME=FOLDER");
      }
    }
    return folders;
  }

  private void sample(
      String model, Path folder, List<Item> items, int share, Map<String, List<NewOutput>> into) {
    Sampling sampling = new Sampling(temperature, 0, 1, maxNewTokens);
    try (Tokenizer tokenizer = Tokenizer.load(folder);
        Transformer transformer = ModelFolder.readLanguage(folder, Precision.FLOAT32, false)) {
      PromptFormat text = PromptFormat.of(format, tokenizer);
      Generator generator = new Generator(transformer, BATCH);
      List<int[]> prompts = new ArrayList<>();
      List<String> owners = new ArrayList<>();
      for (Item item : items) {
        Prompt prompt = item.prompt();
        if (prompt == null) {
          continue;
        }
        int[] ids = text.promptIds(prompt);
        int room = transformer.config().maxPositions() - ids.length;
        if (room < maxNewTokens) {
          throw new InputException(
              "prompt '%s' has %d tokens, and %s has %d positions: --max-new-tokens must be at most %d, was %d"
                  .formatted(
                      prompt.id(),
                      ids.length,
                      model,
                      transformer.config().maxPositions(),
                      Math.max(room, 0),
                      maxNewTokens));
        }
        for (int i = 0; i < share; i++) {
          prompts.add(ids);
          owners.add(item.id());
        }
      }
      long[] seeds = new long[prompts.size()];
      for (int i = 0; i < seeds.length; i++) {
        seeds[i] = seed * 1_000_003 + i;
      }
      List<Generation> generations =
          generator.generate(prompts, sampling, seeds, tokenizer.eosIds());
      for (int i = 0; i < generations.size(); i++) {
        Generation g = generations.get(i);
        into.computeIfAbsent(owners.get(i), item -> new ArrayList<>())
            .add(new NewOutput(text.completionText(g.tokens()).strip(), model, null, g.finished()));
      }
    }
  }
}
