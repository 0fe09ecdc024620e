package io.rlhf4j.label.store;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.InputException;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.exchange.CampaignExport;
import io.rlhf4j.label.exchange.CampaignExport.Format;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the stores of the lead's side promise, on whichever database a subclass opens. */
abstract class LeadStoreTest extends StoreSetUp {
  @SuppressWarnings("NullAway.Init") // made before each test
  private Person lead;

  @BeforeEach
  void addLead() {
    lead = setting.person("lead", PersonRole.LEAD);
  }

  @Test
  void anOpenCampaignNeedsOutputsThatCanBeFilledInOnce() {
    Campaign campaign = setting.draft("bare", TaskKind.RANKING);
    stores
        .items()
        .add(campaign.id(), "test", List.of(NewItem.of(Prompt.plain("p", "?"), List.of())));
    assertThatThrownBy(() -> stores.items().requireReady(campaign))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("1 items of campaign 'bare' have no outputs yet");
    Item item = stores.items().of(campaign.id()).get(0);
    NewOutput sft = NewOutput.of("a", "sft");
    NewOutput ppo = NewOutput.of("b", "ppo");
    assertThatThrownBy(
            () -> stores.items().addOutputs(campaign, Map.of(item.id(), List.of(sft)), "test"))
        .isInstanceOf(InputException.class)
        .hasMessage("the task 'Rate and rank outputs' needs 2 to 9 outputs per prompt, not 1");
    stores.items().addOutputs(campaign, Map.of(item.id(), List.of(sft, ppo)), "sft and ppo");
    stores.items().requireReady(campaign);
    assertThatThrownBy(
            () -> stores.items().addOutputs(campaign, Map.of(item.id(), List.of(ppo, sft)), "test"))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("somebody else filled prompts of campaign 'bare' meanwhile");
    assertThat(stores.items().of(campaign.id()).get(0).outputs())
        .extracting(Item.Output::policy)
        .containsExactly("sft", "ppo");
    assertThat(stores.audit().latest(1))
        .singleElement()
        .satisfies(
            entry -> {
              assertThat(entry.action()).isEqualTo("fill");
              assertThat(entry.detail()).isEqualTo("outputs for 1 prompts by sft and ppo");
            });
  }

  @Test
  void everyExportedRowSaysWhereItComesFrom() {
    Person ann = setting.person("ann", PersonRole.LABELER);
    Campaign campaign = setting.open("ranks", TaskKind.RANKING, 1, 1);
    rank(campaign, ann);
    CampaignExport export =
        CampaignExport.of(stores.submissions().labels(campaign), stores.instructions().all());
    assertThat(export.formats())
        .containsExactly(
            Format.RANKINGS,
            Format.COMPARISONS,
            Format.RATINGS,
            Format.TRL_PREFERENCE,
            Format.TRL_UNPAIRED);
    var row = export.rows(Format.RANKINGS).get(0);
    assertThat(row.get("lineage").get("campaign").asText()).isEqualTo("ranks");
    assertThat(row.get("lineage").get("instructions").asText())
        .isEqualTo(FirstInstructions.TRAINING);
    assertThat(row.get("lineage").get("instructions_version").asInt()).isEqualTo(1);
    assertThat(row.get("lineage").get("labeler").asText()).isEqualTo(ann.pseudonym());
    // ranks 1, 2, 3, 4: six pairs of weight 1/6
    assertThat(export.rows(Format.TRL_PREFERENCE)).hasSize(6);
    var pair = export.rows(Format.TRL_PREFERENCE).get(0);
    assertThat(pair.get("prompt").get(0).get("role").asText()).isEqualTo("user");
    assertThat(pair.get("chosen").get(0).get("content").asText()).startsWith("Output ");
    assertThat(pair.get("weight").asDouble()).isEqualTo(1.0 / 6);
    // ratings 7, 5, 4, 1: the 4 is neither good nor bad
    assertThat(export.rows(Format.TRL_UNPAIRED))
        .extracting(one -> one.get("label").asBoolean())
        .containsExactlyInAnyOrder(true, true, false);
    Path file = folder.resolve("rankings.jsonl");
    export.write(Format.RANKINGS, file);
    assertThat(DataFiles.readRankings(file)).hasSize(1);
  }

  @Test
  void screeningKeepsTheLatestRatingAndTheDecisionSetsTheRole() {
    Person ann = setting.person("ann", PersonRole.LABELER);
    ScreeningStore screening = new ScreeningStore(database);
    Campaign campaign = setting.open("demos", TaskKind.DEMONSTRATION, 1, 1);
    Assignment assignment = requireNonNull(stores.assignments().next(campaign, ann));
    stores
        .submissions()
        .submit(
            "key-demo-1",
            assignment,
            campaign,
            ann,
            new Answer.Written("Well.", PromptMetadata.NONE, ""),
            9);
    screening.rate("key-demo-1", 5, lead.id());
    screening.rate("key-demo-1", 7, lead.id());
    assertThat(screening.ratings()).isEqualTo(Map.of("key-demo-1", 7));
    screening.assess(ann.id(), "speech about people who row");
    assertThat(screening.assessments()).isEqualTo(Map.of(ann.id(), "speech about people who row"));
    screening.decide(ann.id(), ScreeningStore.Decision.HELD_OUT, "", lead.id());
    assertThat(requireNonNull(stores.people().find(ann.id())).role())
        .isEqualTo(PersonRole.HELD_OUT);
    screening.decide(ann.id(), ScreeningStore.Decision.DECLINED, "", lead.id());
    assertThat(requireNonNull(stores.people().find(ann.id())).active()).isFalse();
    assertThatThrownBy(() -> screening.rate("key-demo-1", 8, lead.id()))
        .isInstanceOf(InputException.class);
  }

  @Test
  void erasingAPersonLeavesNothingOfThemAndFreesTheirPlaces() {
    Person ann = setting.person("ann", PersonRole.LABELER);
    Person bob = setting.person("bob", PersonRole.LABELER);
    Campaign campaign = setting.open("ranks", TaskKind.RANKING, 1, 1);
    rank(campaign, ann);
    new SurveyStore(database).answer(ann.id(), Map.of("clear", "Agree"));
    assertThat(stores.assignments().next(campaign, bob)).isNull();
    LabelerDataStore data = new LabelerDataStore(database);
    assertThat(data.export(ann.id()).get("submissions")).hasSize(1);
    assertThat(data.export(ann.id()).toString()).doesNotContain("password");
    data.erase(ann.id(), lead.id());
    assertThat(stores.submissions().labels(campaign)).isEmpty();
    assertThat(new SurveyStore(database).all()).isEmpty();
    assertThat(stores.people().byLogin("ann")).isNull();
    assertThat(data.export(ann.id()).toString()).doesNotContain(ann.pseudonym());
    assertThat(stores.assignments().next(campaign, bob)).isNotNull();
    assertThatThrownBy(() -> data.erase(lead.id(), lead.id()))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("cannot erase yourself");
  }

  @Test
  void surveyAnswersAreReadBackWithoutNames() {
    Person ann = setting.person("ann", PersonRole.LABELER);
    SurveyStore surveys = new SurveyStore(database);
    surveys.answer(ann.id(), Map.of("glad", "Agree"));
    surveys.answer(ann.id(), Map.of("glad", "Disagree"));
    assertThat(surveys.of(ann.id())).isEqualTo(Map.of("glad", "Disagree"));
    assertThat(surveys.all()).containsExactly(Map.of("glad", "Disagree"));
  }

  /** Ranks the item's outputs 1 to 4, with ratings 7, 5, 4, 1. */
  private void rank(Campaign campaign, Person person) {
    Assignment assignment = requireNonNull(stores.assignments().next(campaign, person));
    Item item = requireNonNull(stores.items().find(assignment.itemId()));
    List<Integer> ratings = List.of(7, 5, 4, 1);
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (int i = 0; i < 4; i++) {
      outputs.add(
          new Answer.RankedOutput(
              item.outputs().get(i).id(), i + 1, ratings.get(i), Metadata.NONE, ""));
    }
    stores
        .submissions()
        .submit(
            "key-" + person.id(),
            assignment,
            campaign,
            person,
            new Answer.Ranked(outputs, PromptMetadata.NONE),
            60);
    assertThat(stores.submissions().labels(campaign)).extracting(Label::labeler).isNotEmpty();
  }
}
