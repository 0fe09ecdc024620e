package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Instruction;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.Submission;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.store.FirstInstructions;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A lead changes what labelers are told, in a real browser. */
class InstructionPathTest {
  @RegisterExtension static final OpenApp APP = OpenApp.inChromium();

  @Test
  void aNewVersionIsForLaterLabelsAndTheEarlierOnesKeepTheirs() {
    Person ann = APP.setting().person("ann", PersonRole.LABELER);
    Campaign campaign = APP.setting().open("texts", TaskKind.DEMONSTRATION, 1, 2);
    Instruction first = latest(FirstInstructions.TRAINING);
    write(campaign, ann, "before");
    try (BrowserContext context = APP.window(APP.setting().person("lead", PersonRole.LEAD))) {
      Page page = context.newPage();
      page.navigate(APP.url() + "/instructions/" + first.id());
      assertThat(page.getByRole(AriaRole.LINK, named("texts")).count()).isEqualTo(1);
      page.getByLabel("Text").fill("# Be brief\n\n- <b>One</b> sentence.\n");
      page.getByRole(AriaRole.BUTTON, named("Save as version 2")).click();
      page.getByText("Version 2 is written.").waitFor();
      assertThat(page.locator("article h1").innerText()).isEqualTo("Be brief");
      assertThat(page.locator("article li").innerText()).isEqualTo("<b>One</b> sentence.");

      page.navigate(APP.url() + "/campaigns/texts");
      page.getByLabel("Label from now on under").selectOption("training, version 2");
      page.getByRole(AriaRole.BUTTON, named("Change")).click();
      page.getByText("Labels made from now on are made under this version.").waitFor();
    }
    Instruction second = latest(FirstInstructions.TRAINING);
    assertThat(second.version()).isEqualTo(2);
    write(requireNonNull(APP.stores().campaigns().find(campaign.id())), ann, "after");
    assertThat(APP.stores().submissions().of(campaign.id()))
        .extracting(Submission::instructionId)
        .containsExactly(first.id(), second.id());
    assertThat(APP.stores().instructions().find(first.id())).isEqualTo(first);
    assertThat(APP.chromium().complaints()).as("errors on the browser's console").isEmpty();
  }

  @Test
  void whoChangesAVersionThatIsNotTheNewestIsToldSo() {
    Browser lead = Browser.of(APP.server(), APP.setting().person("lead2", PersonRole.LEAD));
    Instruction first = latest(FirstInstructions.EVALUATION);
    String next = "/instructions/" + first.id() + "/next";
    assertThat(lead.form(next, form("body=Truth+first")).statusCode()).isEqualTo(303);
    var late = lead.form(next, form("body=Truth+last"));
    assertThat(late.statusCode()).isEqualTo(409);
    assertThat(late.body()).contains("version 2 of the evaluation instructions was written");
    Instruction second = latest(FirstInstructions.EVALUATION);
    assertThat(second.body()).isEqualTo("Truth first");
    var same = lead.form("/instructions/" + second.id() + "/next", form("body=Truth+first"));
    assertThat(same.statusCode()).isEqualTo(400);
    assertThat(same.body()).contains("Nothing was changed");
    assertThat(APP.stores().instructions().all())
        .filteredOn(one -> one.name().equals(FirstInstructions.EVALUATION))
        .hasSize(2);
  }

  @Test
  void aLabelerReadsButIsNotOfferedToWrite() {
    Browser labeler = Browser.of(APP.server(), APP.setting().person("bob", PersonRole.LABELER));
    String page = labeler.get("/instructions/" + latest(FirstInstructions.TRAINING).id()).body();
    assertThat(page).contains("<article").doesNotContain("<textarea").doesNotContain("/next");
  }

  private static void write(Campaign campaign, Person person, String key) {
    Assignment assignment = requireNonNull(APP.stores().assignments().next(campaign, person));
    APP.stores()
        .submissions()
        .submit(
            "key-" + key,
            assignment,
            campaign,
            person,
            new Answer.Written("Well.", PromptMetadata.NONE, ""),
            9);
  }

  private static Instruction latest(String name) {
    return requireNonNull(APP.stores().instructions().latest(name));
  }

  private static byte[] form(String fields) {
    return fields.getBytes(StandardCharsets.UTF_8);
  }

  private static Page.GetByRoleOptions named(String name) {
    return new Page.GetByRoleOptions().setName(name).setExact(true);
  }
}
