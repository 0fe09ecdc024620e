package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lead says which answer is expected of candidates, in a real browser. */
class GoldAnswerPathTest {
  @RegisterExtension static final OpenApp APP = OpenApp.inChromium();

  @Test
  void candidatesAreMeasuredAgainstTheGoldAnswerOfAnother() {
    Person ann = APP.setting().person("ann", PersonRole.LABELER);
    Person bob = APP.setting().person("bob", PersonRole.LABELER);
    Campaign campaign = APP.setting().open("ranks", TaskKind.RANKING, 2, 1);
    rank(campaign, ann, List.of(1, 2, 3, 4));
    rank(campaign, bob, List.of(1, 1, 3, 2)); // of six pairs, one is tied and one turned round
    try (BrowserContext context = APP.window(APP.setting().person("lead", PersonRole.LEAD))) {
      Page page = context.newPage();
      page.navigate(APP.url() + "/campaigns/ranks");
      page.getByRole(AriaRole.LINK, named("Items")).click();
      page.getByRole(AriaRole.LINK, named("Item 1")).click();
      assertThat(page.locator("main").innerText())
          .contains("output 1 > output 2 > output 3 > output 4")
          .contains("output 1 = output 2 > output 4 > output 3");
      page.getByRole(
              AriaRole.BUTTON, named("Make the answer of " + ann.pseudonym() + " the gold answer"))
          .click();
      page.getByText("This is the gold answer of the item now.").waitFor();
      assertThat(page.locator("article .tag").innerText()).isEqualTo("gold answer");

      page.navigate(APP.url() + "/screening");
      // A tie is a third answer: of the six pairs, four are as ann has them.
      assertThat(ranking(page, bob)).isEqualTo("67% of 6");
      assertThat(ranking(page, ann)).isEqualTo("-");

      page.navigate(APP.url() + "/campaigns/ranks/items/1");
      page.getByRole(AriaRole.BUTTON, named("Remove the gold answer")).click();
      page.getByText("The item has no gold answer any more.").waitFor();
      page.navigate(APP.url() + "/screening");
      assertThat(ranking(page, bob)).isEqualTo("-");
    }
    assertThat(APP.chromium().complaints()).as("errors on the browser's console").isEmpty();
  }

  @Test
  void onlyAnAnswerToThisVeryItemCanBeItsGoldAnswer() {
    Person cleo = APP.setting().person("cleo", PersonRole.LABELER);
    Campaign campaign = APP.setting().open("two", TaskKind.RANKING, 1, 2);
    rank(campaign, cleo, List.of(1, 2, 3, 4));
    Browser lead = Browser.of(APP.server(), APP.setting().person("lead2", PersonRole.LEAD));
    byte[] form = ("submission=two-" + cleo.id()).getBytes(StandardCharsets.UTF_8);
    assertThat(lead.form("/campaigns/two/items/2/gold", form).statusCode()).isEqualTo(404);
    assertThat(lead.form("/campaigns/two/items/3/gold", form).statusCode()).isEqualTo(404);
    assertThat(lead.form("/campaigns/two/items/x/gold", form).statusCode()).isEqualTo(404);
    assertThat(APP.stores().items().of(campaign.id()))
        .allSatisfy(item -> assertThat(item.gold()).isNull());
    assertThat(lead.form("/campaigns/two/items/1/gold", form).statusCode()).isEqualTo(303);
    Item item = requireNonNull(APP.stores().items().at(campaign.id(), 1));
    assertThat(item.goldFrom()).isEqualTo("two-" + cleo.id());
    Browser viewer = Browser.of(APP.server(), APP.setting().person("vik", PersonRole.VIEWER));
    assertThat(viewer.get("/campaigns/two/items/1").body())
        .contains("gold answer")
        .doesNotContain("Remove the gold answer");
  }

  private static String ranking(Page page, Person person) {
    Locator row = page.locator("tr", new Page.LocatorOptions().setHasText(person.pseudonym()));
    return row.locator("td").nth(2).innerText();
  }

  private static void rank(Campaign campaign, Person person, List<Integer> ranks) {
    Stores stores = APP.stores();
    Assignment assignment = requireNonNull(stores.assignments().next(campaign, person));
    Item item = requireNonNull(stores.items().find(assignment.itemId()));
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (int i = 0; i < ranks.size(); i++) {
      outputs.add(
          new Answer.RankedOutput(item.outputs().get(i).id(), ranks.get(i), 4, Metadata.NONE, ""));
    }
    stores
        .submissions()
        .submit(
            campaign.name() + "-" + person.id(),
            assignment,
            campaign,
            person,
            new Answer.Ranked(outputs, PromptMetadata.NONE),
            60);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
