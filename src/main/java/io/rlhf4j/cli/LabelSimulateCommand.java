package io.rlhf4j.cli;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.Split;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Ids;
import io.rlhf4j.label.web.LabelServer;
import io.rlhf4j.label.web.Passwords;
import io.rlhf4j.label.web.Stores;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import java.net.URI;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code rlhf4j label simulate}: the miniature world's labelers do a campaign over HTTP. */
@Command(
    name = "simulate",
    description = "Lets simulated labelers do a campaign about the miniature world's prompts.")
final class LabelSimulateCommand implements Callable<Integer> {
  @Mixin private LabelDatabase where = new LabelDatabase();

  @Parameters(index = "0", paramLabel = "CAMPAIGN", description = "The campaign's name.")
  private String name = "";

  @Option(
      names = "--prompts",
      defaultValue = "0",
      description = "Add so many of the world's prompts, with four outputs each, first.")
  private int added;

  @Option(
      names = "--labelers",
      defaultValue = "3",
      description = "How many simulated labelers (default ${DEFAULT-VALUE}).")
  private int labelers = 3;

  @Option(names = "--world-seed", defaultValue = "3", description = "Which world.")
  private long worldSeed = 3;

  @Option(names = "--prompt-seed", defaultValue = "3", description = "Which of its prompts.")
  private long promptSeed = 3;

  @Spec
  @SuppressWarnings("NullAway.Init") // picocli sets it
  private CommandSpec spec;

  @Override
  public Integer call() {
    if (labelers < 1 || labelers > 40) {
      throw new InputException("--labelers must be in 1..40, was " + labelers);
    }
    World world = World.create(worldSeed);
    LabelerPool pool = LabelerPool.create(world, worldSeed, labelers, 1);
    try (Database database = where.open()) {
      Stores stores = Stores.over(database);
      Campaign campaign = LabelCampaigns.require(stores, name);
      if (added > 0) {
        add(stores, campaign, pool, new Prompts(world).api(added, Split.TRAIN, promptSeed));
      }
      Map<String, SimPrompt> known = new HashMap<>();
      int items = stores.items().of(campaign.id()).size();
      for (SimPrompt prompt : new Prompts(world).api(items, Split.TRAIN, promptSeed)) {
        known.put(prompt.prompt().text(), prompt);
      }
      stores.items().requireReady(campaign);
      stores.campaigns().setStatus(campaign.id(), Campaign.Status.OPEN, null);
      int done = work(database, stores, pool.training(), known);
      spec.commandLine().getOut().printf("%s: %d labels by %d labelers%n", name, done, labelers);
    }
    return 0;
  }

  private int work(
      Database database, Stores stores, List<SimLabeler> pool, Map<String, SimPrompt> known) {
    int done = 0;
    try (LabelServer server =
        LabelServer.start(
            database,
            new LabelServer.Options("127.0.0.1", 0, null),
            e -> spec.commandLine().getErr().println("error: a request failed: " + e))) {
      for (SimLabeler labeler : pool) {
        String password = Ids.next();
        String login = "sim-" + Ids.next();
        stores.people().add(login, labeler.id(), Passwords.hash(password), PersonRole.LABELER);
        done +=
            new SimulatedWork(URI.create(server.url()), login, password, labeler, known).work(name);
      }
    }
    return done;
  }

  /** Outputs are demonstrations of labelers with different manners. */
  private static void add(
      Stores stores, Campaign campaign, LabelerPool pool, List<SimPrompt> prompts) {
    List<SimLabeler> writers = new ArrayList<>(pool.training());
    List<NewItem> items = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      Prompt prompt = prompts.get(i).prompt();
      List<NewOutput> outputs = new ArrayList<>();
      for (int k = 0; k < 4; k++) {
        // The last two "models" often answer another question.
        int about = k >= 2 && (i + k) % 2 == 0 ? (i + 7) % prompts.size() : i;
        SimLabeler writer = writers.get(k % writers.size());
        outputs.add(
            NewOutput.of(writer.demonstrate(prompts.get(about)).completion(), "model-" + (k + 1)));
      }
      items.add(NewItem.of(prompt, outputs));
    }
    stores.items().add(campaign.id(), "miniature world", items);
  }
}
