package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.data.Toxicity;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A labeler's whole path through each task, by mouse and by keyboard, in a real browser. */
class LabelerPathTest {
  private static final int LETTER = "Output ".length();

  @RegisterExtension static final OpenApp APP = OpenApp.inChromium();

  @RegisterExtension final LabelerWindow labeler = new LabelerWindow(APP);

  @Test
  void aDemonstrationByKeyboardAlone() {
    Campaign campaign = APP.setting().open("demo-keys", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    labeler.type("Once upon a time."); // the field has the focus already
    labeler.press("Control+Enter");
    labeler.untilDone();
    Demonstration demonstration = labeler.only(campaign).demonstrations().get(0);
    assertThat(demonstration.completion()).isEqualTo("Once upon a time.");
    assertThat(demonstration.prompt().text()).isEqualTo("Prompt 1");
  }

  @Test
  void aDemonstrationByMouseWithWhatIsTrueOfThePrompt() {
    Campaign campaign = APP.setting().open("demo-mouse", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    labeler.button("Submit").click();
    assertThat(labeler.page().locator("#complaint").textContent())
        .contains("Nothing is written yet");
    labeler.page().getByLabel("Your answer").fill("Two\nlines");
    labeler.page().getByText("About this prompt").click();
    labeler.page().getByLabel("Asks for advice").check();
    labeler.button("Submit").click();
    labeler.untilDone();
    Answer.Written answer = (Answer.Written) labeler.only(campaign).answer();
    assertThat(answer.text()).isEqualTo("Two\nlines");
    assertThat(answer.prompt().requestsAdvice()).isTrue();
    assertThat(answer.prompt().ambiguous()).isFalse();
  }

  @Test
  void aRankingByKeyboardAlone() {
    Campaign campaign = APP.setting().open("rank-keys", TaskKind.RANKING, 1, 1);
    labeler.open(campaign);
    for (int output = 0; output < 4; output++) {
      labeler.press(String.valueOf(7 - output)); // ratings 7, 6, 5, 4
      labeler.press("y"); // the first open row: fails to follow the instruction
      labeler.press("n", "x"); // then two more rows
      labeler.press("r", "Control+Enter"); // the others, and the next page
    }
    assertThat(labeler.page().locator("#page-number").textContent()).isEqualTo("Page 5 / 5");
    labeler.press("2"); // the first card, A, has the focus: rank 2
    labeler.press("ArrowLeft"); // better: rank 1
    Locator cards = labeler.page().locator(".ranked");
    for (int i = 1; i < 4; i++) {
      labeler.page().locator(".pool .ranked").first().focus();
      labeler.press(String.valueOf(i == 3 ? 3 : 2)); // B and C tie for rank 2, D is third
    }
    assertThat(cards.count()).isEqualTo(4);
    assertThat(labeler.page().locator("#announce").textContent()).isEqualTo("Output D: rank 3");
    labeler.press("Control+Enter");
    labeler.untilDone();
    Label label = labeler.only(campaign);
    Ranking ranking = label.rankings().get(0);
    assertThat(ranking.ranks()).containsExactly(1, 2, 2, 3);
    assertThat(ranking.likert()).containsExactly(7, 6, 5, 4);
    for (Rating rating : label.ratings()) {
      assertThat(rating.metadata().failsInstruction()).isTrue();
      assertThat(rating.metadata().inappropriateForAssistant()).isFalse();
      assertThat(rating.metadata().hallucination()).isNull();
      assertThat(rating.metadata().satisfiesConstraint()).isNull();
      assertThat(rating.metadata().expressesMoralJudgment()).isFalse();
    }
    // A is what was shown first, whichever model that came from.
    assertThat(ranking.policies().get(0))
        .isEqualTo("model-" + ranking.completions().get(0).charAt(LETTER));
  }

  @Test
  void aRankingByMouse() {
    Campaign campaign = APP.setting().open("rank-mouse", TaskKind.RANKING, 1, 1);
    labeler.open(campaign);
    for (int output = 0; output < 4; output++) {
      Locator section = labeler.page().locator(".page:not([hidden])");
      section.locator(".steps label").nth(output).click(); // ratings 1, 2, 3, 4
      section.locator(".question").first().getByText("Yes").click();
      section.locator(".rest").click();
      section.locator("textarea").fill("note " + output);
      labeler.button("Next").click();
    }
    drag("A", 4);
    drag("B", 3);
    drag("C", 1);
    drag("D", 1);
    labeler.button("Submit").click();
    labeler.untilDone();
    Answer.Ranked answer = (Answer.Ranked) labeler.only(campaign).answer();
    assertThat(answer.outputs().stream().map(Answer.RankedOutput::rank))
        .containsExactly(4, 3, 1, 1);
    assertThat(answer.outputs().stream().map(Answer.RankedOutput::likert))
        .containsExactly(1, 2, 3, 4);
    assertThat(answer.outputs().get(2).notes()).isEqualTo("note 2");
  }

  private void drag(String letter, int rank) {
    labeler.page().locator(".ranked[data-letter=" + letter + "] header").hover();
    labeler.page().mouse().down();
    var box =
        requireNonNull(
            labeler.page().locator(".ranks .slot[data-rank='" + rank + "']").boundingBox());
    // Sortable follows the pointer's way, so there must be one.
    for (int step = 1; step <= 4; step++) {
      labeler
          .page()
          .mouse()
          .move(
              box.x + box.width / 2,
              box.y + box.height - 30 + step,
              new com.microsoft.playwright.Mouse.MoveOptions().setSteps(4));
    }
    labeler.page().mouse().up();
    labeler
        .page()
        .locator(".ranks .slot[data-rank='" + rank + "'] .ranked[data-letter=" + letter + "]")
        .waitFor();
  }

  @Test
  void whatIsOpenIsNamedAndShown() {
    Campaign campaign = APP.setting().open("rank-open", TaskKind.RANKING, 1, 1);
    labeler.open(campaign);
    for (int output = 0; output < 4; output++) {
      if (output != 1) {
        labeler.press("5");
      }
      labeler.press("r", "Control+Enter");
    }
    labeler.press("o"); // three cards have ratings to order by
    labeler.press("Control+Enter");
    assertThat(labeler.page().locator("#complaint").textContent())
        .isEqualTo("Output B: “Rating” is open.");
    assertThat(labeler.page().locator("#page-number").textContent()).isEqualTo("Page 2 / 5");
    labeler.press("3"); // the scale has the focus
    labeler.press("Control+Enter", "Control+Enter", "Control+Enter", "Control+Enter");
    assertThat(labeler.page().locator("#complaint").textContent())
        .isEqualTo("Output B is still in the pool.");
    labeler.press("4", "Control+Enter");
    labeler.untilDone();
    assertThat(labeler.only(campaign).rankings().get(0).ranks()).containsExactly(1, 4, 1, 1);
  }

  @Test
  void aComparisonByKeyboardAndByMouse() {
    Campaign keys = APP.setting().open("pair-keys", TaskKind.COMPARISON, 1, 1);
    labeler.open(keys);
    labeler.press("3", "Control+Enter");
    labeler.untilDone();
    Answer.Compared right = (Answer.Compared) labeler.only(keys).answer();
    assertThat(right.preferred()).isEqualTo(right.shown().get(1));
    assertThat(labeler.only(keys).rankings().get(0).ranks()).containsExactly(2, 1);

    Campaign mouse = APP.setting().open("pair-mouse", TaskKind.COMPARISON, 1, 1);
    labeler.open(mouse);
    labeler.button("Submit").click();
    assertThat(labeler.page().locator("#complaint").textContent())
        .contains("Choose the better one");
    labeler.page().getByText("About the same", new Page.GetByTextOptions().setExact(true)).click();
    labeler.button("Submit").click();
    labeler.untilDone();
    assertThat(((Answer.Compared) labeler.only(mouse).answer()).preferred()).isNull();
    assertThat(labeler.only(mouse).comparisons()).as("ties give no pair").isEmpty();
  }

  @Test
  void toxicityByKeyboardAndByMouse() {
    Campaign campaign = APP.setting().open("toxic", TaskKind.TOXICITY, 1, 1);
    labeler.open(campaign);
    labeler.press("1", "2"); // the scale in focus takes the second digit too: absolute 2
    labeler.page().locator(".page:not([hidden]) .scale").nth(1).locator("input").first().focus();
    labeler.press("4"); // relative: the fourth step, more
    labeler.page().locator(".page:not([hidden]) .scale").nth(2).locator("input").first().focus();
    labeler.press("6");
    labeler.page().locator(".page:not([hidden]) .scale").nth(3).locator("input").first().focus();
    labeler.press("3", "Control+Enter");
    for (int output = 1; output < 3; output++) {
      for (int scale = 0; scale < 4; scale++) {
        labeler
            .page()
            .locator(".page:not([hidden]) .scale")
            .nth(scale)
            .locator("label")
            .nth(2)
            .click();
      }
      labeler.button(output == 2 ? "Submit" : "Next").click();
    }
    labeler.untilDone();
    List<Toxicity> toxicities = labeler.only(campaign).toxicities();
    assertThat(toxicities.get(0).absolute()).isEqualTo(2);
    assertThat(toxicities.get(0).relative()).isEqualTo(0.5);
    assertThat(toxicities.get(0).continuity()).isEqualTo(6);
    assertThat(toxicities.get(0).likert()).isEqualTo(3);
    assertThat(toxicities.get(2).relative()).isEqualTo(0);
  }

  @Test
  void promptsOfTheThreeKinds() {
    Campaign campaign = APP.setting().open("prompts", TaskKind.PROMPT, 1, 3);
    labeler.open(campaign);
    labeler.page().locator("[name=text]").fill("Name a river.");
    labeler.press("Control+Enter");
    labeler.page().getByText("of kind 2").waitFor();
    labeler.page().getByText("User-based").click();
    labeler.page().locator("[name=useCase]").selectOption("BRAINSTORMING");
    labeler.page().locator("[name=text]").fill("Ideas for a garden club?");
    labeler.button("Submit").click();
    labeler.page().getByText("of kind 3").waitFor();
    labeler.page().getByText("Few-shot").click();
    labeler.page().locator("[name=text]").fill("Say it in French.");
    for (String word : List.of("one:un", "two:deux", "three:trois")) {
      labeler.button("Add an example").click();
      labeler.type(word.split(":")[0]);
      labeler.press("Tab");
      labeler.type(word.split(":")[1]);
    }
    labeler.button("Submit").click();
    labeler.untilDone();
    List<Label> labels = APP.stores().submissions().labels(campaign);
    assertThat(labels).hasSize(3);
    assertThat(labels.get(0).prompts().get(0).text()).isEqualTo("Name a river.");
    Prompt user = labels.get(1).prompts().get(0);
    assertThat(user.kind()).isEqualTo(PromptKind.USER_BASED);
    assertThat(user.useCase()).isEqualTo(UseCase.BRAINSTORMING);
    // Three examples make three cases, each with the two others before it.
    assertThat(labels.get(2).prompts()).hasSize(3);
    assertThat(labels.get(2).prompts().get(0).messages())
        .containsExactly(
            Message.user(
                "Say it in French.\n\nInput: two\nOutput: deux\n\nInput: three\nOutput: trois"
                    + "\n\nInput: one\nOutput:"));
    assertThat(labels.get(2).demonstrations().get(0).completion()).isEqualTo("un");
  }

  @Test
  void skippingAsksForAReason() {
    Campaign campaign = APP.setting().open("skipping", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    labeler.button("Skip").click();
    Locator dialog = labeler.page().locator("#skip-dialog");
    dialog.getByText("The text is broken").click();
    dialog.locator("textarea").fill("half a sentence");
    dialog.locator("#skip-now").click();
    labeler.untilDone();
    assertThat(APP.stores().campaigns().progress(campaign.id()).skips()).isEqualTo(1);
    assertThat(APP.stores().audit().latest(1).get(0).detail())
        .isEqualTo("The text is broken: half a sentence");
  }

  @Test
  void theInstructionsAreOneClickOrOneKeyAway() {
    Campaign campaign = APP.setting().open("instructed", TaskKind.COMPARISON, 1, 1);
    labeler.open(campaign);
    labeler.press("i");
    labeler.page().getByText("training, version 1").waitFor();
    labeler.press("Escape");
    labeler.button("Instructions").click();
    labeler.page().getByText("helpfulness first").first().waitFor();
    assertThat(labeler.page().locator("dialog[open]").count()).isEqualTo(1);
  }

  @Test
  void aLabelBelongsToTheInstructionsThatWereOnThePage() {
    Campaign campaign = APP.setting().open("versions", TaskKind.COMPARISON, 1, 1);
    labeler.open(campaign);
    String newer = APP.stores().instructions().add("other", "# Other", null).id();
    APP.stores().campaigns().setInstruction(campaign.id(), newer, null);
    labeler.press("1", "Control+Enter");
    labeler.untilDone();
    assertThat(labeler.only(campaign).submission().instructionId())
        .isEqualTo(campaign.instructionId());
  }

  @Test
  void theClockStandsStillWhileTheWindowIsLeft() {
    Campaign campaign = APP.setting().open("clock", TaskKind.DEMONSTRATION, 1, 1);
    labeler.page().addInitScript("window.front = true; document.hasFocus = () => window.front;");
    labeler.open(campaign);
    labeler
        .page()
        .waitForCondition(() -> labeler.page().locator("#clock").textContent().equals("00:01"));
    labeler.page().evaluate("window.front = false");
    labeler.page().waitForTimeout(1500);
    assertThat(labeler.page().locator("#clock").textContent()).isEqualTo("00:01");
    labeler.page().evaluate("window.front = true");
    labeler
        .page()
        .waitForCondition(() -> labeler.page().locator("#clock").textContent().equals("00:02"));
    labeler.type("x");
    labeler.press("Control+Enter");
    labeler.untilDone();
    assertThat(labeler.only(campaign).submission().seconds()).isBetween(2, 4);
  }

  @Test
  void includeOutputShowsTheOutputBelowTheInstruction() {
    Campaign campaign = APP.setting().open("include", TaskKind.RANKING, 1, 1);
    labeler.open(campaign);
    String output = labeler.page().locator(".page:not([hidden]) .output").textContent();
    labeler.page().getByLabel("Include output").check();
    assertThat(labeler.page().locator("#included").textContent()).isEqualTo(output);
    labeler.press("Alt+ArrowRight");
    assertThat(labeler.page().locator("#included").textContent())
        .isEqualTo(labeler.page().locator(".page:not([hidden]) .output").textContent())
        .isNotEqualTo(output);
  }

  @Test
  void everythingThatCanBeUsedHasANameAndFitsATablet() {
    labeler.page().setViewportSize(768, 1024);
    for (TaskKind task : TaskKind.values()) {
      labeler.open(
          APP.setting()
              .open("names-" + task.name().toLowerCase(java.util.Locale.ROOT), task, 1, 1));
      Object nameless =
          labeler
              .page()
              .evaluate(
                  "() => [...document.querySelectorAll('input:not([type=hidden]), textarea, select,"
                      + " button, a')].filter(e => !(e.labels?.length || e.textContent.trim() ||"
                      + " e.getAttribute('aria-label'))).map(e => e.outerHTML)");
      assertThat((List<?>) nameless).as(task + ": controls without a name").isEmpty();
      Object overflow =
          labeler.page().evaluate("() => document.documentElement.scrollWidth > window.innerWidth");
      assertThat(overflow).as(task + " is wider than a tablet").isEqualTo(false);
    }
  }

  @Test
  void comingByInvitationAndSigningInAgain() {
    String link = APP.url() + "/join/" + APP.stores().people().invite(PersonRole.LABELER, "", null);
    try (BrowserContext fresh = APP.chromium().stranger()) {
      Page newcomer = fresh.newPage();
      newcomer.navigate(link);
      newcomer.getByLabel("Your name").fill("Nia");
      newcomer.getByLabel("Login").fill("nia");
      newcomer.getByLabel("Password").fill("a long enough sentence");
      newcomer.getByText("Join", new Page.GetByTextOptions().setExact(true)).click();
      newcomer.getByText("Hello, Nia").waitFor();
      newcomer.getByText("Sign out").click();
      newcomer.getByLabel("Login").fill("nia");
      newcomer.getByLabel("Password").fill("a long enough sentence");
      newcomer.keyboard().press("Enter");
      newcomer.getByText("Hello, Nia").waitFor();
    }
  }
}
