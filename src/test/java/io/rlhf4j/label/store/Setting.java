package io.rlhf4j.label.store;

import static java.util.Objects.requireNonNull;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Campaign.Audience;
import io.rlhf4j.label.Campaign.Status;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.web.Stores;
import java.util.ArrayList;
import java.util.List;

/** People and campaigns for tests. */
public record Setting(Stores stores) {
  public static Setting over(Database database) {
    Stores stores = Stores.over(database);
    FirstInstructions.addTo(stores.instructions());
    return new Setting(stores);
  }

  public Person person(String login, PersonRole role) {
    return stores.people().add(login, login, "no password", role);
  }

  /** An open campaign for everybody, of so many items. */
  public Campaign open(String name, TaskKind task, int overlap, int items) {
    Campaign draft = draft(name, task, overlap);
    List<NewItem> rows = new ArrayList<>();
    for (int i = 1; i <= items; i++) {
      rows.add(
          task == TaskKind.PROMPT
              ? NewItem.brief("Write something of kind " + i)
              : NewItem.of(Prompt.plain("p" + i, "Prompt " + i), outputs(task, i)));
    }
    stores.items().add(draft.id(), "test", rows);
    stores.campaigns().setStatus(draft.id(), Status.OPEN, null);
    return requireNonNull(stores.campaigns().find(draft.id()));
  }

  /** A campaign for everybody, still without items. */
  public Campaign draft(String name, TaskKind task) {
    return draft(name, task, 3);
  }

  private Campaign draft(String name, TaskKind task, int overlap) {
    return stores
        .campaigns()
        .add(
            name,
            task,
            Audience.EVERYBODY,
            requireNonNull(stores.instructions().latest(FirstInstructions.TRAINING)).id(),
            overlap,
            30,
            "",
            null);
  }

  private static List<NewOutput> outputs(TaskKind task, int item) {
    int count =
        switch (task) {
          case DEMONSTRATION, PROMPT -> 0;
          case RANKING -> 4;
          case COMPARISON -> 2;
          case TOXICITY -> 3;
        };
    List<NewOutput> outputs = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      outputs.add(
          NewOutput.of(
              "Output " + (char) ('a' + i) + " for prompt " + item, "model-" + (char) ('a' + i)));
    }
    return outputs;
  }
}
