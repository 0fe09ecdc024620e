package io.rlhf4j.label.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.InputException;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Campaign.Status;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.store.SubmissionStore.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What every store promises, on whichever database a subclass opens. */
abstract class StoreTest extends StoreSetUp {
  private static final Answer WRITTEN = new Answer.Written("An answer.", PromptMetadata.NONE, "");

  private Instant now = Instant.parse("2026-03-01T09:00:00Z");

  @Override
  InstantSource clock() {
    return () -> now;
  }

  private Assignment next(Campaign campaign, Person person) {
    return requireNonNull(stores.assignments().next(campaign, person));
  }

  private Outcome submit(String key, Assignment assignment, Campaign campaign, Person person) {
    return stores.submissions().submit(key, assignment, campaign, person, WRITTEN, 12);
  }

  @Test
  void aLinkOfInvitationWorksOnceAndNotForever() {
    String token = stores.people().invite(PersonRole.LABELER, "Ada", null);
    String late = stores.people().invite(PersonRole.LABELER, "Ben", null);
    assertThat(stores.people().accept(token, "ADA ", "Ada", "hash").login()).isEqualTo("ada");
    assertThatThrownBy(() -> stores.people().accept(token, "eve", "Eve", "hash"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("used already");
    now = now.plus(PersonStore.INVITATION);
    assertThatThrownBy(() -> stores.people().accept(late, "ben", "Ben", "hash"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("too old");
    assertThat(stores.people().byLogin("ben")).isNull();
  }

  @Test
  void aSetupLinkPrintedEarlierMakesNoSecondFirstLead() {
    String first = stores.people().invite(PersonRole.LEAD, "first lead", null);
    String second = stores.people().invite(PersonRole.LEAD, "first lead", null);
    stores.people().accept(second, "ada", "Ada", "hash");
    assertThatThrownBy(() -> stores.people().accept(first, "eve", "Eve", "hash"))
        .hasMessageContaining("there is a lead already");
  }

  @Test
  void aLoginIsTakenOnce() {
    setting.person("ada", PersonRole.LABELER);
    assertThatThrownBy(() -> setting.person("Ada", PersonRole.LEAD))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("'ada' is taken");
  }

  @Test
  void aSessionEndsWithTimeWithSigningOutAndWithAccess() {
    Person ada = setting.person("ada", PersonRole.LABELER);
    String token = stores.sessions().start(ada);
    String other = stores.sessions().start(ada);
    String third = stores.sessions().start(ada);
    assertThat(requireNonNull(stores.sessions().find(token)).person()).isEqualTo(ada);
    stores.sessions().end(other);
    assertThat(stores.sessions().find(other)).isNull();
    stores.people().change(ada.id(), PersonRole.LABELER, false, ada.id());
    assertThat(stores.sessions().find(third)).isNull();
    stores.people().change(ada.id(), PersonRole.LABELER, true, ada.id());
    String fourth = stores.sessions().start(ada);
    now = now.plus(Duration.ofDays(15));
    assertThat(stores.sessions().find(fourth)).isNull();
  }

  @Test
  void changedInstructionsAreANewVersionAndTheOldOneStays() {
    String first = requireNonNull(stores.instructions().latest("training")).id();
    stores.instructions().add("training", "# Other words", null);
    assertThat(requireNonNull(stores.instructions().latest("training")).version()).isEqualTo(2);
    assertThat(requireNonNull(stores.instructions().find(first)).body()).contains("helpfulness");
  }

  @Test
  void overlapGrowsEvenlyAndNobodyGetsAnItemTwice() {
    Campaign campaign = setting.open("even", TaskKind.DEMONSTRATION, 2, 3);
    List<Person> people =
        List.of(
            setting.person("ada", PersonRole.LABELER), setting.person("ben", PersonRole.LABELER));
    Map<String, Integer> labels = new HashMap<>();
    Set<String> pairs = new HashSet<>();
    for (int round = 0; round < 2; round++) {
      for (int turn = 0; turn < 3; turn++) { // ada, ben, ada; then ben, ada, ben
        Person person = people.get((3 * round + turn) % 2);
        Assignment a = next(campaign, person);
        assertThat(pairs.add(a.itemId() + person.id())).as("given once").isTrue();
        assertThat(submit(Ids.next(), a, campaign, person)).isEqualTo(Outcome.STORED);
        labels.merge(a.itemId(), 1, Integer::sum);
      }
      // After three answers each of the three items has one; after six, two.
      int each = round + 1;
      assertThat(labels.values()).hasSize(3).allMatch(count -> count == each);
    }
    for (Person person : people) {
      assertThat(stores.assignments().next(campaign, person)).as("all done").isNull();
    }
    assertThat(stores.campaigns().progress(campaign.id()))
        .isEqualTo(new CampaignStore.Progress(3, 6, 6, 0, 0));
  }

  @Test
  void itemsOfHigherPriorityComeFirst() {
    Campaign campaign = setting.open("priority", TaskKind.DEMONSTRATION, 1, 2);
    stores
        .items()
        .add(
            campaign.id(),
            "test",
            List.of(
                new NewItem(
                    io.rlhf4j.data.Prompt.plain("urgent", "Now!"), "", 9, 0, List.of(), null)));
    Assignment a = next(campaign, setting.person("ada", PersonRole.LABELER));
    assertThat(requireNonNull(stores.items().find(a.itemId())).seq()).isEqualTo(3);
  }

  @Test
  void askingAgainGivesTheSameItemUntilItIsDone() {
    Campaign campaign = setting.open("again", TaskKind.DEMONSTRATION, 1, 2);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Assignment first = next(campaign, ada);
    assertThat(next(campaign, ada)).isEqualTo(first);
    submit("key-1", first, campaign, ada);
    assertThat(next(campaign, ada).itemId()).isNotEqualTo(first.itemId());
  }

  @Test
  void nobodyIsGivenAnOutputOfTheirOwn() {
    Campaign campaign = setting.open("own", TaskKind.RANKING, 5, 0);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Person ben = setting.person("ben", PersonRole.LABELER);
    stores
        .items()
        .add(
            campaign.id(),
            "test",
            List.of(
                NewItem.of(
                    io.rlhf4j.data.Prompt.plain("p", "P"),
                    List.of(
                        new NewOutput("mine", "person", ada.id(), true),
                        NewOutput.of("theirs", "model")))));
    assertThat(stores.assignments().next(campaign, ada)).isNull();
    assertThat(stores.assignments().next(campaign, ben)).isNotNull();
  }

  @Test
  void onlyOpenCampaignsGiveItemsAndOnlyToTheirAudience() {
    Campaign campaign = setting.open("audience", TaskKind.DEMONSTRATION, 1, 2);
    assertThat(stores.assignments().next(campaign, setting.person("lead", PersonRole.LEAD)))
        .isNull();
    stores.campaigns().setStatus(campaign.id(), Status.PAUSED, null);
    Campaign paused = requireNonNull(stores.campaigns().find(campaign.id()));
    assertThat(stores.assignments().next(paused, setting.person("ada", PersonRole.LABELER)))
        .isNull();
    assertThat(Campaign.Audience.LABELERS.includes(PersonRole.HELD_OUT)).isFalse();
    assertThat(Campaign.Audience.HELD_OUT.includes(PersonRole.LABELER)).isFalse();
  }

  @Test
  void anExpiredLeaseFreesTheItemButLateWorkIsStillTaken() {
    Campaign campaign = setting.open("late", TaskKind.DEMONSTRATION, 1, 1);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Person ben = setting.person("ben", PersonRole.LABELER);
    Assignment early = next(campaign, ada);
    assertThat(stores.assignments().next(campaign, ben)).isNull();
    now = now.plus(Duration.ofMinutes(31));
    Assignment second = next(campaign, ben);
    assertThat(second.itemId()).isEqualTo(early.itemId());
    assertThat(submit("ben-1", second, campaign, ben)).isEqualTo(Outcome.STORED);
    assertThat(submit("ada-1", early, campaign, ada)).isEqualTo(Outcome.STORED);
    assertThat(stores.submissions().of(campaign.id())).hasSize(2);
  }

  @Test
  void typingKeepsTheLeaseAndTheDraftSurvivesItsEnd() {
    Campaign campaign = setting.open("typing", TaskKind.DEMONSTRATION, 1, 1);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Assignment a = next(campaign, ada);
    now = now.plus(Duration.ofMinutes(29));
    assertThat(stores.assignments().save(a, campaign, 0, "{\"text\":\"so far\"}"))
        .isEqualTo(new AssignmentStore.Saved.Stored(1));
    now = now.plus(Duration.ofMinutes(29));
    assertThat(next(campaign, ada).id()).isEqualTo(a.id());
    now = now.plus(Duration.ofMinutes(2)); // 31 since the draft: the lease is over
    assertThat(next(campaign, ada).id()).as("leased anew").isEqualTo(a.id());
    assertThat(requireNonNull(stores.assignments().draft(a.id())).body()).contains("so far");
  }

  @Test
  void aStaleTabCannotOverwriteANewerDraft() {
    Campaign campaign = setting.open("tabs", TaskKind.DEMONSTRATION, 1, 1);
    Assignment a = next(campaign, setting.person("ada", PersonRole.LABELER));
    stores.assignments().save(a, campaign, 0, "\"one\"");
    stores.assignments().save(a, campaign, 1, "\"two\"");
    AssignmentStore.Saved stale = stores.assignments().save(a, campaign, 1, "\"from the old tab\"");
    assertThat(stale).isInstanceOf(AssignmentStore.Saved.Outdated.class);
    assertThat(requireNonNull(stores.assignments().draft(a.id())).body()).isEqualTo("\"two\"");
  }

  @Test
  void sendingTwiceStoresOnceAndASecondTabIsTold() {
    Campaign campaign = setting.open("twice", TaskKind.DEMONSTRATION, 1, 1);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Assignment a = next(campaign, ada);
    assertThat(submit("key", a, campaign, ada)).isEqualTo(Outcome.STORED);
    assertThat(submit("key", a, campaign, ada)).isEqualTo(Outcome.REPEATED);
    assertThat(submit("other", a, campaign, ada)).isEqualTo(Outcome.ANSWERED_BEFORE);
    assertThat(stores.submissions().of(campaign.id())).hasSize(1);
    assertThat(stores.assignments().save(a, campaign, 0, "{}"))
        .isEqualTo(new AssignmentStore.Saved.Finished());
  }

  @Test
  void aSkippedItemGoesToSomebodyElse() {
    Campaign campaign = setting.open("skip", TaskKind.DEMONSTRATION, 1, 1);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Assignment a = next(campaign, ada);
    assertThatThrownBy(() -> stores.assignments().skip(a, " ")).hasMessageContaining("say in");
    stores.assignments().skip(a, "I cannot tell what is wanted");
    stores.assignments().skip(a, "twice");
    assertThat(stores.assignments().next(campaign, ada)).isNull();
    assertThat(next(campaign, setting.person("ben", PersonRole.LABELER)).itemId())
        .isEqualTo(a.itemId());
    assertThat(submit("late", a, campaign, ada)).isEqualTo(Outcome.ANSWERED_BEFORE);
  }

  @Test
  void aRankingComesBackAsTheRecordThatTrainingReads() {
    Campaign campaign = setting.open("rank", TaskKind.RANKING, 1, 1);
    Person ada = setting.person("ada", PersonRole.LABELER);
    Assignment a = next(campaign, ada);
    Item item = requireNonNull(stores.items().find(a.itemId()));
    assertThat(a.shownOrder()).containsExactlyInAnyOrder(0, 1, 2, 3);
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (int position : a.shownOrder()) {
      outputs.add(
          new Answer.RankedOutput(
              item.outputs().get(position).id(),
              position / 2 + 1, // a and b tie for the first place, c and d for the second
              7 - position,
              io.rlhf4j.data.Metadata.NONE,
              ""));
    }
    Answer answer = new Answer.Ranked(outputs, PromptMetadata.NONE);
    stores.submissions().submit("key", a, campaign, ada, answer, 60);
    Label label = stores.submissions().labels(campaign).get(0);
    assertThat(label.answer()).isEqualTo(answer);
    assertThat(label.labeler()).isEqualTo(ada.pseudonym());
    Ranking ranking = label.rankings().get(0);
    // Two pairs of four are ties; each of the other four has weight 1 / C(4, 2).
    assertThat(ranking.comparisons()).hasSize(4).allMatch(pair -> pair.weight() == 1 / 6.0);
    for (int i = 0; i < 4; i++) {
      int position = a.shownOrder().get(i);
      assertThat(ranking.completions().get(i)).startsWith("Output " + (char) ('a' + position));
      assertThat(ranking.policies().get(i)).isEqualTo("model-" + (char) ('a' + position));
      assertThat(ranking.likert().get(i)).isEqualTo(7 - position);
    }
  }

  @Test
  void textsThatLookLikeSqlAreStoredAsTheyAre() {
    String nasty = "'); DROP TABLE people; -- \" \\ % _ :id ? 💡";
    Person eve = stores.people().add("eve", nasty, "hash", PersonRole.LABELER);
    assertThat(requireNonNull(stores.people().find(eve.id())).name()).isEqualTo(nasty);
    now = now.plusMillis(1);
    stores.audit().add(eve.id(), nasty, nasty, nasty);
    assertThat(stores.audit().latest(1).get(0).detail()).isEqualTo(nasty);
    assertThat(stores.people().byLogin("x' OR '1'='1")).isNull();
  }

  @Test
  void whatOneWriterDoesWrongUndoesOnlyThat() throws Exception {
    ExecutorService crowd = Executors.newFixedThreadPool(16);
    List<Callable<Boolean>> work = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      String name = "writer-" + i;
      boolean fails = i % 3 == 0;
      work.add(
          () ->
              database.write(
                  h -> {
                    AuditStore.add(h, 0, name, fails ? "wrong" : "right", "", "");
                    if (fails) {
                      throw new InputException(name);
                    }
                    return true;
                  }));
    }
    int failed = 0;
    List<Future<Boolean>> all = crowd.invokeAll(work);
    crowd.shutdown();
    for (int i = 0; i < all.size(); i++) {
      try {
        assertThat(all.get(i).get()).isTrue();
      } catch (java.util.concurrent.ExecutionException e) {
        failed++;
        assertThat(e).hasRootCauseMessage("writer-" + i);
      }
    }
    assertThat(failed).isEqualTo(67); // 0, 3, ..., 198
    List<String> actions =
        stores.audit().latest(1_000).stream().map(AuditStore.Entry::action).toList();
    assertThat(actions).doesNotContain("wrong");
    assertThat(actions.stream().filter("right"::equals)).hasSize(133);
  }

  @Test
  void aCrowdTakesEachItemOnceAndEverySubmissionIsThere() throws Exception {
    int people = 12;
    Campaign campaign = setting.open("crowd", TaskKind.DEMONSTRATION, 3, 20);
    ExecutorService crowd = Executors.newFixedThreadPool(people);
    List<Callable<Integer>> work = new ArrayList<>();
    for (int i = 0; i < people; i++) {
      Person person = setting.person("crowd" + i, PersonRole.LABELER);
      work.add(
          () -> {
            int done = 0;
            for (Assignment a = stores.assignments().next(campaign, person);
                a != null;
                a = stores.assignments().next(campaign, person)) {
              assertThat(submit(Ids.next(), a, campaign, person)).isEqualTo(Outcome.STORED);
              done++;
            }
            return done;
          });
    }
    int done = 0;
    for (Future<Integer> one : crowd.invokeAll(work)) {
      done += one.get();
    }
    crowd.shutdown();
    assertThat(done).isEqualTo(60);
    Map<String, Integer> labels = new HashMap<>();
    stores.submissions().of(campaign.id()).forEach(s -> labels.merge(s.itemId(), 1, Integer::sum));
    assertThat(labels.values()).hasSize(20).allMatch(count -> count == 3);
  }
}
