package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewOutput;
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
import java.util.Map;
import java.util.concurrent.Callable;
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
      defaultValue = "4",
      description = "Outputs per prompt, dealt evenly to the models (default ${DEFAULT-VALUE}).")
  private int k = 4;

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
    if (k < folders.size() || k > 9) {
      throw new InputException(
          "--k must be in %d..9: every model gives at least one output, was %d"
              .formatted(folders.size(), k));
    }
    try (Database database = where.open()) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, name);
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
      outputs.forEach((item, list) -> stores.items().addOutputs(item, list));
      PrintWriter out = spec.commandLine().getOut();
      out.printf("%s: %d outputs for each of %d prompts%n", name, k, outputs.size());
    }
    return 0;
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
        if (ids.length >= transformer.config().maxPositions()) {
          throw new InputException(
              "prompt '%s' has %d tokens, and %s no more than %d positions; remove it"
                  .formatted(prompt.id(), ids.length, model, transformer.config().maxPositions()));
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
