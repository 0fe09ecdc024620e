package io.rlhf4j.cli;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.FirstInstructions;
import io.rlhf4j.label.web.Stores;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelDemoTest {
  @TempDir
  @SuppressWarnings("NullAway.Init")
  Path folder;

  private Database open() {
    Database database = Database.open(folder.resolve("demo.db").toString());
    FirstInstructions.addTo(Stores.over(database).instructions());
    return database;
  }

  @Test
  void everyTaskHasACampaignAndTheSimulatedLabelersHaveBegun() {
    try (Database database = open()) {
      LabelDemo demo = new LabelDemo(database);
      demo.fill();
      Stores stores = Stores.over(database);
      assertThat(stores.campaigns().all().stream().map(Campaign::task).distinct()).hasSize(5);
      Campaign rankings = requireNonNull(stores.campaigns().byName("demo-rankings"));
      List<Label> labels = stores.submissions().labels(rankings);
      assertThat(labels).hasSize(6 * 18); // six labelers, eighteen rankings each
      assertThat(labels)
          .allSatisfy(label -> assertThat(label.rankings().get(0).size()).isBetween(4, 6));
      assertThat(labels.stream().flatMap(label -> label.comparisons().stream())).isNotEmpty();

      int people = stores.people().all().size();
      new LabelDemo(database).fill();
      assertThat(stores.people().all()).as("filling again adds nobody").hasSize(people);
      assertThat(stores.submissions().of(rankings.id())).hasSize(6 * 18);
    }
  }

  @Test
  void somebodysOwnDatabaseIsLeftAlone() {
    try (Database database = open()) {
      Stores.over(database).people().add("ada", "Ada", "hash", PersonRole.LEAD);
      assertThatThrownBy(() -> new LabelDemo(database).fill())
          .isInstanceOf(InputException.class)
          .hasMessageContaining("somebody's own");
    }
  }
}
