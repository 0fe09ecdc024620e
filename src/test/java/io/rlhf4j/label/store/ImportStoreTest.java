package io.rlhf4j.label.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.ColumnNames;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptIntake;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Split;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.exchange.CampaignImport;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What bringing files in promises, on whichever database a subclass opens. */
abstract class ImportStoreTest extends StoreSetUp {
  @SuppressWarnings("NullAway.Init") // made before each test
  private Person lead;

  @BeforeEach
  void addLead() {
    lead = setting.person("lead", PersonRole.LEAD);
  }

  @Test
  void importedJudgementsComeBackAsTheRankingsTheyWere() {
    Prompt why = Prompt.plain("p1", "Why?");
    Prompt how = Prompt.plain("p2", "How?");
    // bob saw the outputs in another order; ann's ranking of how has a tie.
    List<Ranking> rankings =
        List.of(
            named(why, List.of("a", "b", "c"), List.of(1, 2, 3), List.of("x", "y", "z"), "ann"),
            named(why, List.of("c", "a", "b"), List.of(1, 2, 2), List.of("z", "x", "y"), "bob"),
            named(how, List.of("d", "e"), List.of(1, 1), List.of("x", "y"), "ann"));
    Path file = folder.resolve("rankings.jsonl");
    DataFiles.writeRankings(file, rankings);
    CampaignImport found =
        CampaignImport.rankings(file, ColumnNames.ours(), true, PromptIntake.Settings.none());
    assertThat(found.entries()).hasSize(2);
    assertThat(found.labels()).isEqualTo(3);
    Campaign campaign = setting.draft("imported", TaskKind.RANKING);
    new ImportStore(database).add(campaign, found, lead.id());
    List<Ranking> stored =
        stores.submissions().labels(campaign).stream()
            .flatMap(label -> label.rankings().stream())
            .toList();
    assertThat(stored).containsExactlyInAnyOrderElementsOf(rankings);
    assertThat(stores.campaigns().progress(campaign.id()).labels()).isEqualTo(3);
    assertThat(new ImportStore(database).of(campaign.id()))
        .singleElement()
        .satisfies(one -> assertThat(one.labels()).isEqualTo(3));
  }

  @Test
  void importsAtTheSameTimeKeepEachJudgementWithItsOwnOutputs() throws Exception {
    Campaign campaign = setting.draft("crowded", TaskKind.RANKING);
    int files = 6;
    int items = 20;
    List<Ranking> all = new ArrayList<>();
    CountDownLatch go = new CountDownLatch(1);
    List<Future<?>> running = new ArrayList<>();
    ExecutorService threads = Executors.newFixedThreadPool(files);
    try {
      for (int f = 0; f < files; f++) {
        List<Ranking> rankings = new ArrayList<>();
        for (int i = 0; i < items; i++) {
          String here = f + "-" + i;
          rankings.add(
              named(
                  Prompt.plain("p" + here, "Prompt " + here),
                  List.of("a" + here, "b" + here),
                  List.of(1 + i % 2, 2 - i % 2),
                  List.of("x", "y"),
                  "ann"));
        }
        all.addAll(rankings);
        Path file = folder.resolve("rankings" + f + ".jsonl");
        DataFiles.writeRankings(file, rankings);
        CampaignImport found =
            CampaignImport.rankings(file, ColumnNames.ours(), true, PromptIntake.Settings.none());
        running.add(
            threads.submit(
                () -> {
                  go.await();
                  new ImportStore(database).add(campaign, found, lead.id());
                  return 0;
                }));
      }
      go.countDown();
      for (Future<?> one : running) {
        one.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(
            stores.submissions().labels(campaign).stream()
                .flatMap(label -> label.rankings().stream()))
        .containsExactlyInAnyOrderElementsOf(all);
    assertThat(stores.items().of(campaign.id()))
        .extracting(Item::seq)
        .containsExactlyElementsOf(IntStream.rangeClosed(1, files * items).boxed().toList());
  }

  @Test
  void anImportThatFailsInTheMiddleLeavesNothing() {
    Campaign campaign = setting.draft("broken", TaskKind.RANKING);
    Prompt prompt = Prompt.plain("p", "?");
    NewItem item = NewItem.of(prompt, List.of(NewOutput.of("a", "x"), NewOutput.of("b", "y")));
    Ranking fitting = named(prompt, List.of("a", "b"), List.of(1, 2), List.of("x", "y"), "ann");
    Ranking foreign = named(prompt, List.of("a", "c"), List.of(1, 2), List.of("x", "y"), "bob");
    CampaignImport halfBroken =
        new CampaignImport(
            "halves.jsonl",
            List.of(
                new CampaignImport.Entry(item, List.of(fitting)),
                new CampaignImport.Entry(item, List.of(foreign))),
            List.of(),
            List.of(),
            List.of());
    ImportStore imports = new ImportStore(database);
    int people = stores.people().all().size();
    int audited = stores.audit().latest(100).size();
    assertThatThrownBy(() -> imports.add(campaign, halfBroken, lead.id()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("outputs that are not the item's");
    assertThat(stores.items().of(campaign.id())).isEmpty();
    assertThat(stores.submissions().labels(campaign)).isEmpty();
    assertThat(imports.of(campaign.id())).isEmpty();
    assertThat(stores.people().all()).hasSize(people);
    assertThat(stores.audit().latest(100)).hasSize(audited);
  }

  @Test
  void aSecondJudgementOfTheSameOutputsIsLeftOutAndNamed() {
    Prompt why = Prompt.plain("p1", "Why?");
    List<String> models = List.of("x", "y");
    Ranking first = named(why, List.of("a", "b"), List.of(1, 2), models, "ann");
    Ranking other = named(why, List.of("a", "b"), List.of(1, 1), models, "bob");
    Ranking again = named(why, List.of("b", "a"), List.of(1, 2), List.of("y", "x"), "ann");
    // The same texts by the other model each are other outputs.
    Ranking swapped = named(why, List.of("a", "b"), List.of(2, 1), List.of("y", "x"), "ann");
    Path file = folder.resolve("rankings.jsonl");
    DataFiles.writeRankings(file, List.of(first, other, again, swapped));
    CampaignImport found =
        CampaignImport.rankings(file, ColumnNames.ours(), true, PromptIntake.Settings.none());
    CampaignImport.LeftOut expected =
        new CampaignImport.LeftOut(
            "rankings.jsonl:3",
            "p1",
            "the same person judged the same outputs before, at rankings.jsonl:1");
    assertThat(found.leftOut()).containsExactly(expected);
    assertThat(found.labels()).isEqualTo(3);
    Campaign campaign = setting.draft("twice", TaskKind.RANKING);
    new ImportStore(database).add(campaign, found, lead.id());
    assertThat(
            stores.submissions().labels(campaign).stream()
                .flatMap(label -> label.rankings().stream()))
        .containsExactlyInAnyOrder(first, other, swapped);
    assertThat(new ImportStore(database).of(campaign.id()))
        .singleElement()
        .satisfies(
            one -> {
              assertThat(one.labels()).isEqualTo(3);
              assertThat(one.leftOut()).containsExactly(expected);
            });
    assertThat(
            CampaignImport.rankings(file, ColumnNames.ours(), false, PromptIntake.Settings.none())
                .leftOut())
        .isEmpty();
  }

  @Test
  void importedPeopleCannotSignInAndKeepTheirNames() {
    Path file = folder.resolve("rankings.jsonl");
    DataFiles.writeRankings(
        file,
        List.of(
            named(
                Prompt.plain("p", "?"),
                List.of("a", "b"),
                List.of(1, 2),
                List.of("x", "y"),
                "ann")));
    Campaign campaign = setting.draft("imported", TaskKind.COMPARISON);
    new ImportStore(database)
        .add(
            campaign,
            CampaignImport.rankings(file, ColumnNames.ours(), true, PromptIntake.Settings.none()),
            null);
    assertThat(stores.people().all())
        .filteredOn(person -> person.pseudonym().equals("ann"))
        .singleElement()
        .satisfies(person -> assertThat(person.active()).isFalse());
  }

  @Test
  void whatLooksLikePersonalDataWaitsUntilALeadDecides() {
    Path file = folder.resolve("prompts.jsonl");
    DataFiles.writePrompts(
        file,
        List.of(
            api("p1", "Tell me about the rings of Saturn"),
            api("p2", "Write to ann@example.com about the rent"),
            api("p3", "Call (212) 555-0187 and ask for Joe"),
            api("p4", "Reply to bob@example.org in a kind tone")));
    CampaignImport found =
        CampaignImport.prompts(file, ColumnNames.ours(), PromptIntake.Settings.instructgpt());
    Campaign campaign = setting.draft("held", TaskKind.DEMONSTRATION);
    ImportStore imports = new ImportStore(database);
    imports.add(campaign, found, lead.id());
    List<ImportStore.Waiting> waiting = imports.waiting(campaign.id());
    int kept = stores.items().of(campaign.id()).size();
    // A tenth of four prompts is held out for validation, where nothing is looked for: none here.
    assertThat(waiting).hasSize(3);
    assertThat(kept).isEqualTo(1);
    for (ImportStore.Waiting one : waiting) {
      ImportStore.Decision decision =
          switch (one.prompt().id()) {
            case "p2" -> ImportStore.Decision.REDACTED;
            case "p3" -> ImportStore.Decision.DISCARDED;
            default -> ImportStore.Decision.RELEASED;
          };
      imports.decide(one.id(), decision, lead.id());
      imports.decide(one.id(), ImportStore.Decision.RELEASED, lead.id()); // too late
    }
    assertThat(imports.waiting(campaign.id())).isEmpty();
    assertThat(stores.items().of(campaign.id()))
        .extracting(item -> requireNonNull(item.prompt()).text())
        .containsExactlyInAnyOrder(
            "Tell me about the rings of Saturn",
            "Write to [EMAIL] about the rent",
            "Reply to bob@example.org in a kind tone");
  }

  @Test
  void anImportThatDoesNotFitTheTaskIsRefusedWhole() {
    Path file = folder.resolve("rankings.jsonl");
    DataFiles.writeRankings(
        file,
        List.of(
            Ranking.of(Prompt.plain("p", "?"), List.of("a", "b", "c"), List.of(1, 2, 3), "ann")));
    Campaign campaign = setting.draft("pairs", TaskKind.COMPARISON);
    CampaignImport found =
        CampaignImport.rankings(file, ColumnNames.ours(), true, PromptIntake.Settings.none());
    assertThatThrownBy(() -> new ImportStore(database).add(campaign, found, null))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("needs 2 outputs per prompt");
    assertThat(stores.items().of(campaign.id())).isEmpty();
  }

  private static Ranking named(
      Prompt prompt, List<String> texts, List<Integer> ranks, List<String> models, String labeler) {
    return new Ranking(prompt, texts, ranks, models, List.of(), List.of(), labeler);
  }

  private static Prompt api(String id, String text) {
    return new Prompt(
        id, List.of(Message.user(text)), "user-" + id, null, PromptKind.API, Split.TRAIN);
  }
}
