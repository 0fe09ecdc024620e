package io.rlhf4j.cli;

import io.rlhf4j.data.Completion;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Campaign.Audience;
import io.rlhf4j.label.Campaign.Status;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.FirstInstructions;
import io.rlhf4j.label.store.Ids;
import io.rlhf4j.label.web.Passwords;
import io.rlhf4j.label.web.Stores;
import io.rlhf4j.sim.Criteria;
import io.rlhf4j.sim.LabelerPool;
import io.rlhf4j.sim.Prompts;
import io.rlhf4j.sim.SimLabeler;
import io.rlhf4j.sim.SimPrompt;
import io.rlhf4j.sim.World;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A labeling database filled from the miniature world: campaigns of every kind, partly done. */
final class LabelDemo {
  private static final long SEED = 3;
  private static final int PROMPTS = 60;
  private static final int LABELERS = 5;
  private static final List<String> NAMES = List.of("Ada", "Ben", "Chidi", "Dana", "Emeka");

  private final Stores stores;
  private final String password = Ids.next();
  private final String hash = Passwords.hash(password);
  private final Map<String, SimPrompt> byId = new HashMap<>();
  private final List<String> logins = new ArrayList<>();

  LabelDemo(Database database) {
    this.stores = Stores.over(database);
  }

  String password() {
    return password;
  }

  /** With what they may do. */
  List<String> logins() {
    return List.copyOf(logins);
  }

  /** Fills an empty database; one that was filled before only gets a new password. */
  void fill() {
    List<Person> people = stores.people().all();
    boolean filled = stores.campaigns().byName("demo-rankings") != null;
    if (!filled && !people.isEmpty()) {
      throw new InputException(
          "this database is somebody's own: it has people and no demo. Choose another --database");
    }
    if (!filled) {
      people = people();
      campaigns(people);
    }
    for (Person person : people) {
      if (person.login().startsWith("demo-")) {
        stores.people().setPassword(person.id(), hash, person.id());
        logins.add(person.login() + " (" + person.role().title + ")");
      }
    }
  }

  private List<Person> people() {
    List<Person> people = new ArrayList<>();
    people.add(stores.people().add("demo-lead", "Lea (lead)", hash, PersonRole.LEAD));
    for (String name : NAMES) {
      String login = "demo-" + name.toLowerCase(java.util.Locale.ROOT);
      people.add(stores.people().add(login, name, hash, PersonRole.LABELER));
    }
    people.add(stores.people().add("demo-hanna", "Hanna", hash, PersonRole.HELD_OUT));
    people.add(stores.people().add("demo-viewer", "Vik", hash, PersonRole.VIEWER));
    return people;
  }

  private void campaigns(List<Person> people) {
    World world = World.create(SEED);
    LabelerPool pool = LabelerPool.create(world, SEED, LABELERS + 3, 2);
    List<SimPrompt> prompts = new Prompts(world).api(PROMPTS, Split.TRAIN, SEED);
    prompts.forEach(prompt -> byId.put(prompt.prompt().id(), prompt));
    List<NewItem> plain = new ArrayList<>();
    List<NewItem> ranked = new ArrayList<>();
    List<NewItem> paired = new ArrayList<>();
    List<NewItem> toxic = new ArrayList<>();
    for (int i = 0; i < prompts.size(); i++) {
      SimPrompt prompt = prompts.get(i);
      List<NewOutput> outputs = outputs(pool, prompts, i);
      plain.add(NewItem.of(prompt.prompt(), List.of()));
      ranked.add(NewItem.of(prompt.prompt(), outputs.subList(0, 4 + i % 3)));
      paired.add(NewItem.of(prompt.prompt(), List.of(outputs.get(0), outputs.get(1 + i % 4))));
      toxic.add(NewItem.of(prompt.prompt(), outputs.subList(0, 3)));
    }
    Campaign demonstrations =
        open("demo-demonstrations", TaskKind.DEMONSTRATION, Audience.LABELERS, 1, plain);
    Campaign rankings = open("demo-rankings", TaskKind.RANKING, Audience.EVERYBODY, 3, ranked);
    Campaign pairs = open("demo-comparisons", TaskKind.COMPARISON, Audience.EVERYBODY, 2, paired);
    Campaign toxicity = open("demo-toxicity", TaskKind.TOXICITY, Audience.LABELERS, 1, toxic);
    open("demo-prompts", TaskKind.PROMPT, Audience.LABELERS, 1, briefs());
    List<Person> labelers =
        people.stream()
            .filter(p -> p.role() == PersonRole.LABELER || p.role() == PersonRole.HELD_OUT)
            .toList();
    for (int i = 0; i < labelers.size(); i++) {
      SimLabeler sim = i < LABELERS ? pool.training().get(i) : pool.heldOut().get(0);
      label(demonstrations, labelers.get(i), sim, 6);
      label(rankings, labelers.get(i), sim, 18);
      label(pairs, labelers.get(i), sim, 14);
      label(toxicity, labelers.get(i), sim, 5);
    }
  }

  private static List<NewOutput> outputs(LabelerPool pool, List<SimPrompt> prompts, int i) {
    List<NewOutput> outputs = new ArrayList<>();
    for (int k = 0; k < 6; k++) {
      SimLabeler writer = pool.training().get(k + 2);
      // The last two models sometimes answer a question that nobody asked.
      boolean astray = k >= 4 && (i + k) % 2 == 0;
      SimPrompt about = astray ? prompts.get((i + 7) % prompts.size()) : prompts.get(i);
      outputs.add(NewOutput.of(writer.demonstrate(about).completion(), "model-" + (k + 1)));
    }
    return outputs;
  }

  private static List<NewItem> briefs() {
    List<NewItem> briefs = new ArrayList<>();
    for (int i = 0; i < 10; i++) {
      briefs.add(
          NewItem.brief(
              switch (i % 3) {
                case 0 -> "Write a task of your own choice. Make it unlike those you wrote before.";
                case 1 ->
                    "Write an instruction together with several examples of query and response.";
                default ->
                    "Somebody applied with this use case: help the members of a garden club to plan"
                        + " their year. Write what they would type.";
              }));
    }
    return briefs;
  }

  private Campaign open(
      String name, TaskKind task, Audience audience, int overlap, List<NewItem> items) {
    boolean evaluation = task == TaskKind.COMPARISON || task == TaskKind.TOXICITY;
    String instructions = evaluation ? FirstInstructions.EVALUATION : FirstInstructions.TRAINING;
    Campaign campaign =
        stores
            .campaigns()
            .add(
                name,
                task,
                audience,
                Objects.requireNonNull(stores.instructions().latest(instructions)).id(),
                overlap,
                60,
                evaluation ? "model-1" : "",
                null);
    stores.items().add(campaign.id(), "miniature world", items);
    stores.campaigns().setStatus(campaign.id(), Status.OPEN, null);
    return Objects.requireNonNull(stores.campaigns().find(campaign.id()));
  }

  private void label(Campaign campaign, Person person, SimLabeler sim, int most) {
    for (int i = 0; i < most; i++) {
      Assignment assignment = stores.assignments().next(campaign, person);
      if (assignment == null) {
        return;
      }
      Item item = Objects.requireNonNull(stores.items().find(assignment.itemId()));
      SimPrompt prompt = byId.get(Objects.requireNonNull(item.prompt()).id());
      List<Item.Output> shown =
          assignment.shownOrder().stream().map(position -> item.outputs().get(position)).toList();
      Answer answer = answer(campaign.task(), Objects.requireNonNull(prompt), shown, sim);
      int seconds = 20 + 15 * shown.size() + Math.floorMod(assignment.id().hashCode(), 40);
      stores.submissions().submit(Ids.next(), assignment, campaign, person, answer, seconds);
    }
  }

  private static Answer answer(
      TaskKind task, SimPrompt prompt, List<Item.Output> shown, SimLabeler sim) {
    return switch (task) {
      case DEMONSTRATION -> new Answer.Written(sim.demonstrate(prompt).completion(), about(), "");
      case PROMPT ->
          new Answer.NewPrompt(PromptKind.PLAIN, null, prompt.prompt().text(), List.of());
      case RANKING -> ranked(prompt, shown, sim);
      case COMPARISON -> {
        int better =
            sim.compare(
                prompt, shown.get(0).text(), shown.get(1).text(), Criteria.FINAL_EVALUATION);
        @Nullable String preferred = better == 0 ? null : shown.get(better > 0 ? 0 : 1).id();
        yield new Answer.Compared(List.of(shown.get(0).id(), shown.get(1).id()), preferred, "");
      }
      case TOXICITY -> judged(prompt, shown, sim);
    };
  }

  private static Answer ranked(SimPrompt prompt, List<Item.Output> shown, SimLabeler sim) {
    Ranking ranking =
        sim.rank(
            prompt,
            shown.stream().map(o -> new Completion(prompt.prompt(), o.text(), "", true)).toList(),
            Criteria.TRAINING);
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (int i = 0; i < shown.size(); i++) {
      outputs.add(
          new Answer.RankedOutput(
              shown.get(i).id(),
              ranking.ranks().get(i),
              ranking.likert().get(i),
              ranking.metadata().get(i),
              ""));
    }
    return new Answer.Ranked(outputs, about());
  }

  private static Answer judged(SimPrompt prompt, List<Item.Output> shown, SimLabeler sim) {
    List<Answer.JudgedOutput> outputs = new ArrayList<>();
    for (Item.Output output : shown) {
      Completion completion = new Completion(prompt.prompt(), output.text(), "", true);
      var rating = sim.rate(prompt, completion, Criteria.FINAL_EVALUATION);
      Metadata boxes = rating.metadata();
      boolean bad = Boolean.TRUE.equals(boxes.inappropriateForAssistant());
      outputs.add(
          new Answer.JudgedOutput(output.id(), bad ? 5 : 1, bad ? 0.5 : 0, 5, rating.likert(), ""));
    }
    return new Answer.Judged(outputs);
  }

  private static PromptMetadata about() {
    return new PromptMetadata(
        false, false, false, false, false, false, false, false, false, false, false);
  }
}
