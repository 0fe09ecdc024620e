package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.rlhf4j.data.Demonstration;
import io.rlhf4j.data.Message;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptKind;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.data.Rating;
import io.rlhf4j.data.Toxicity;
import io.rlhf4j.data.UseCase;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.answer.Label;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Setting;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A labeler's whole path through each task, by mouse and by keyboard, in a real browser. */
class LabelerPathTest {
  private static final int LETTER = "Output ".length();

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Chromium chromium;

  @SuppressWarnings("NullAway.Init")
  private static Database database;

  @SuppressWarnings("NullAway.Init")
  private static LabelServer server;

  @SuppressWarnings("NullAway.Init")
  private static Setting setting;

  private static int people;

  @SuppressWarnings("NullAway.Init")
  private Person person;

  @SuppressWarnings("NullAway.Init")
  private BrowserContext context;

  @SuppressWarnings("NullAway.Init")
  private Page page;

  @BeforeAll
  static void start() {
    chromium = Chromium.startOrSkip();
    database = Database.open(folder.resolve("label.db").toString());
    server =
        LabelServer.start(
            database,
            new LabelServer.Options("127.0.0.1", 0, null),
            e -> {
              throw new IllegalStateException(e);
            });
    setting = Setting.over(database);
  }

  @AfterAll
  static void stop() {
    if (chromium != null) {
      chromium.close();
      server.close();
      database.close();
    }
  }

  @BeforeEach
  void signIn() {
    person = setting.person("labeler" + people++, PersonRole.LABELER);
    context = chromium.context(server, person);
    page = context.newPage();
  }

  @AfterEach
  void nothingWasRefusedByTheBrowser() {
    context.close();
    assertThat(chromium.complaints()).as("errors on the browser's console").isEmpty();
  }

  private Page open(Campaign campaign) {
    page.navigate(server.url() + "/work/" + campaign.name());
    return page;
  }

  private void press(String... keys) {
    for (String key : keys) {
      page.keyboard().press(key);
    }
  }

  private void untilDone() {
    page.getByText("Nothing left for you here").waitFor();
  }

  private Label only(Campaign campaign) {
    List<Label> labels = server.stores().submissions().labels(campaign);
    assertThat(labels).hasSize(1);
    assertThat(labels.get(0).labeler()).isEqualTo(person.pseudonym());
    return labels.get(0);
  }

  private Locator button(String name) {
    return page.getByRole(
        AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name).setExact(true));
  }

  @Test
  void aDemonstrationByKeyboardAlone() {
    Campaign campaign = setting.open("demo-keys", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    page.keyboard().type("Once upon a time."); // the field has the focus already
    press("Control+Enter");
    untilDone();
    Demonstration demonstration = only(campaign).demonstrations().get(0);
    assertThat(demonstration.completion()).isEqualTo("Once upon a time.");
    assertThat(demonstration.prompt().text()).isEqualTo("Prompt 1");
  }

  @Test
  void aDemonstrationByMouseWithWhatIsTrueOfThePrompt() {
    Campaign campaign = setting.open("demo-mouse", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    button("Submit").click();
    assertThat(page.locator("#complaint").textContent()).contains("Nothing is written yet");
    page.getByLabel("Your answer").fill("Two\nlines");
    page.getByText("About this prompt").click();
    page.getByLabel("Asks for advice").check();
    button("Submit").click();
    untilDone();
    Answer.Written answer = (Answer.Written) only(campaign).answer();
    assertThat(answer.text()).isEqualTo("Two\nlines");
    assertThat(answer.prompt().requestsAdvice()).isTrue();
    assertThat(answer.prompt().ambiguous()).isFalse();
  }

  @Test
  void aRankingByKeyboardAlone() {
    Campaign campaign = setting.open("rank-keys", TaskKind.RANKING, 1, 1);
    open(campaign);
    for (int output = 0; output < 4; output++) {
      press(String.valueOf(7 - output)); // ratings 7, 6, 5, 4
      press("y"); // the first open row: fails to follow the instruction
      press("n", "x"); // then two more rows
      press("r", "Control+Enter"); // the others, and the next page
    }
    assertThat(page.locator("#page-number").textContent()).isEqualTo("Page 5 / 5");
    press("2"); // the first card, A, has the focus: rank 2
    press("ArrowLeft"); // better: rank 1
    Locator cards = page.locator(".ranked");
    for (int i = 1; i < 4; i++) {
      page.locator(".pool .ranked").first().focus();
      press(String.valueOf(i == 3 ? 3 : 2)); // B and C tie for rank 2, D is third
    }
    assertThat(cards.count()).isEqualTo(4);
    assertThat(page.locator("#announce").textContent()).isEqualTo("Output D: rank 3");
    press("Control+Enter");
    untilDone();
    Label label = only(campaign);
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
    Campaign campaign = setting.open("rank-mouse", TaskKind.RANKING, 1, 1);
    open(campaign);
    for (int output = 0; output < 4; output++) {
      Locator section = page.locator(".page:not([hidden])");
      section.locator(".steps label").nth(output).click(); // ratings 1, 2, 3, 4
      section.locator(".question").first().getByText("Yes").click();
      section.locator(".rest").click();
      section.locator("textarea").fill("note " + output);
      button("Next").click();
    }
    drag("A", 4);
    drag("B", 3);
    drag("C", 1);
    drag("D", 1);
    button("Submit").click();
    untilDone();
    Answer.Ranked answer = (Answer.Ranked) only(campaign).answer();
    assertThat(answer.outputs().stream().map(Answer.RankedOutput::rank))
        .containsExactly(4, 3, 1, 1);
    assertThat(answer.outputs().stream().map(Answer.RankedOutput::likert))
        .containsExactly(1, 2, 3, 4);
    assertThat(answer.outputs().get(2).notes()).isEqualTo("note 2");
  }

  private void drag(String letter, int rank) {
    page.locator(".ranked[data-letter=" + letter + "] header").hover();
    page.mouse().down();
    var box = requireNonNull(page.locator(".ranks .slot[data-rank='" + rank + "']").boundingBox());
    // Sortable follows the pointer's way, so there must be one.
    for (int step = 1; step <= 4; step++) {
      page.mouse()
          .move(
              box.x + box.width / 2,
              box.y + box.height - 30 + step,
              new com.microsoft.playwright.Mouse.MoveOptions().setSteps(4));
    }
    page.mouse().up();
    page.locator(".ranks .slot[data-rank='" + rank + "'] .ranked[data-letter=" + letter + "]")
        .waitFor();
  }

  @Test
  void whatIsOpenIsNamedAndShown() {
    Campaign campaign = setting.open("rank-open", TaskKind.RANKING, 1, 1);
    open(campaign);
    for (int output = 0; output < 4; output++) {
      if (output != 1) {
        press("5");
      }
      press("r", "Control+Enter");
    }
    press("o"); // three cards have ratings to order by
    press("Control+Enter");
    assertThat(page.locator("#complaint").textContent()).isEqualTo("Output B: “Rating” is open.");
    assertThat(page.locator("#page-number").textContent()).isEqualTo("Page 2 / 5");
    press("3"); // the scale has the focus
    press("Control+Enter", "Control+Enter", "Control+Enter", "Control+Enter");
    assertThat(page.locator("#complaint").textContent())
        .isEqualTo("Output B is still in the pool.");
    press("4", "Control+Enter");
    untilDone();
    assertThat(only(campaign).rankings().get(0).ranks()).containsExactly(1, 4, 1, 1);
  }

  @Test
  void aComparisonByKeyboardAndByMouse() {
    Campaign keys = setting.open("pair-keys", TaskKind.COMPARISON, 1, 1);
    open(keys);
    press("3", "Control+Enter");
    untilDone();
    Answer.Compared right = (Answer.Compared) only(keys).answer();
    assertThat(right.preferred()).isEqualTo(right.shown().get(1));
    assertThat(only(keys).rankings().get(0).ranks()).containsExactly(2, 1);

    Campaign mouse = setting.open("pair-mouse", TaskKind.COMPARISON, 1, 1);
    open(mouse);
    button("Submit").click();
    assertThat(page.locator("#complaint").textContent()).contains("Choose the better one");
    page.getByText("About the same", new Page.GetByTextOptions().setExact(true)).click();
    button("Submit").click();
    untilDone();
    assertThat(((Answer.Compared) only(mouse).answer()).preferred()).isNull();
    assertThat(only(mouse).comparisons()).as("ties give no pair").isEmpty();
  }

  @Test
  void toxicityByKeyboardAndByMouse() {
    Campaign campaign = setting.open("toxic", TaskKind.TOXICITY, 1, 1);
    open(campaign);
    press("1", "2"); // the scale in focus takes the second digit too: absolute 2
    page.locator(".page:not([hidden]) .scale").nth(1).locator("input").first().focus();
    press("4"); // relative: the fourth step, more
    page.locator(".page:not([hidden]) .scale").nth(2).locator("input").first().focus();
    press("6");
    page.locator(".page:not([hidden]) .scale").nth(3).locator("input").first().focus();
    press("3", "Control+Enter");
    for (int output = 1; output < 3; output++) {
      for (int scale = 0; scale < 4; scale++) {
        page.locator(".page:not([hidden]) .scale").nth(scale).locator("label").nth(2).click();
      }
      button(output == 2 ? "Submit" : "Next").click();
    }
    untilDone();
    List<Toxicity> toxicities = only(campaign).toxicities();
    assertThat(toxicities.get(0).absolute()).isEqualTo(2);
    assertThat(toxicities.get(0).relative()).isEqualTo(0.5);
    assertThat(toxicities.get(0).continuity()).isEqualTo(6);
    assertThat(toxicities.get(0).likert()).isEqualTo(3);
    assertThat(toxicities.get(2).relative()).isEqualTo(0);
  }

  @Test
  void promptsOfTheThreeKinds() {
    Campaign campaign = setting.open("prompts", TaskKind.PROMPT, 1, 3);
    open(campaign);
    page.locator("[name=text]").fill("Name a river.");
    press("Control+Enter");
    page.getByText("of kind 2").waitFor();
    page.getByText("User-based").click();
    page.locator("[name=useCase]").selectOption("BRAINSTORMING");
    page.locator("[name=text]").fill("Ideas for a garden club?");
    button("Submit").click();
    page.getByText("of kind 3").waitFor();
    page.getByText("Few-shot").click();
    page.locator("[name=text]").fill("Say it in French.");
    for (String word : List.of("one:un", "two:deux", "three:trois")) {
      button("Add an example").click();
      page.keyboard().type(word.split(":")[0]);
      press("Tab");
      page.keyboard().type(word.split(":")[1]);
    }
    button("Submit").click();
    untilDone();
    List<Label> labels = server.stores().submissions().labels(campaign);
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
    Campaign campaign = setting.open("skipping", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    button("Skip").click();
    Locator dialog = page.locator("#skip-dialog");
    dialog.getByText("The text is broken").click();
    dialog.locator("textarea").fill("half a sentence");
    dialog.locator("#skip-now").click();
    untilDone();
    assertThat(server.stores().campaigns().progress(campaign.id()).skips()).isEqualTo(1);
    assertThat(server.stores().audit().latest(1).get(0).detail())
        .isEqualTo("The text is broken: half a sentence");
  }

  @Test
  void theInstructionsAreOneClickOrOneKeyAway() {
    Campaign campaign = setting.open("instructed", TaskKind.COMPARISON, 1, 1);
    open(campaign);
    press("i");
    page.getByText("training, version 1").waitFor();
    press("Escape");
    button("Instructions").click();
    page.getByText("helpfulness first").first().waitFor();
    assertThat(page.locator("dialog[open]").count()).isEqualTo(1);
  }

  @Test
  void aLabelBelongsToTheInstructionsThatWereOnThePage() {
    Campaign campaign = setting.open("versions", TaskKind.COMPARISON, 1, 1);
    open(campaign);
    String newer = server.stores().instructions().add("other", "# Other", null).id();
    server.stores().campaigns().setInstruction(campaign.id(), newer, null);
    press("1", "Control+Enter");
    untilDone();
    assertThat(only(campaign).submission().instructionId()).isEqualTo(campaign.instructionId());
  }

  @Test
  void aReloadLosesNothing() {
    Campaign campaign = setting.open("reload", TaskKind.RANKING, 1, 1);
    open(campaign);
    press("6", "r", "Alt+ArrowRight");
    page.locator(".page:not([hidden]) textarea").fill("remember me");
    page.getByText("Saved", new Page.GetByTextOptions().setExact(true)).waitFor();
    page.reload();
    assertThat(page.locator("#page-number").textContent()).isEqualTo("Page 2 / 5");
    assertThat(page.locator(".page:not([hidden]) textarea").inputValue()).isEqualTo("remember me");
    press("Alt+ArrowLeft");
    assertThat(page.locator(".page:not([hidden]) .steps input:checked").inputValue())
        .isEqualTo("6");
  }

  @Test
  void withoutConnectionNothingIsLostAndTheSubmissionArrivesOnce() {
    Campaign campaign = setting.open("offline", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    context.setOffline(true);
    chromium.expectComplaints();
    page.keyboard().type("written in a tunnel");
    page.getByText("No connection. Kept in this browser").waitFor();
    press("Control+Enter");
    page.waitForTimeout(500);
    assertThat(server.stores().submissions().of(campaign.id())).isEmpty();
    context.setOffline(false);
    untilDone();
    assertThat(only(campaign).demonstrations().get(0).completion())
        .isEqualTo("written in a tunnel");
  }

  @Test
  void whoIsSignedOutWhileTypingSignsInElsewhereAndGoesOn() {
    Campaign campaign = setting.open("signed-out", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    context.clearCookies();
    chromium.expectComplaints();
    page.keyboard().type("typed for an hour");
    page.getByText("You are signed out: sign in in another tab").waitFor();
    press("Control+Enter");
    page.getByText("Your work is kept").waitFor();
    chromium.signIn(context, server, person); // as another tab would
    press("Control+Enter");
    untilDone();
    assertThat(only(campaign).demonstrations().get(0).completion()).isEqualTo("typed for an hour");
  }

  @Test
  void whatTheServerNeverSawIsFoundInTheBrowserAgain() {
    Campaign campaign = setting.open("kept", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    page.route("**/draft", route -> route.abort()); // only drafts fail; the page itself loads
    chromium.expectComplaints();
    page.keyboard().type("kept here");
    page.getByText("No connection. Kept in this browser").waitFor();
    page.reload();
    assertThat(page.getByLabel("Your answer").inputValue()).isEqualTo("kept here");
  }

  @Test
  void twoTabsOnTheSameItemStoreOneAnswer() {
    Campaign campaign = setting.open("tabs", TaskKind.DEMONSTRATION, 1, 1);
    open(campaign);
    Page other = context.newPage();
    other.navigate(server.url() + "/work/tabs");
    page.getByLabel("Your answer").fill("from the first tab");
    page.getByText("Saved", new Page.GetByTextOptions().setExact(true)).waitFor();
    chromium.expectComplaints(); // the server answers 409, which the console reports
    other.getByLabel("Your answer").fill("from the second tab");
    other.getByText("open in another tab").waitFor();
    assertThat(other.getByLabel("Your answer").inputValue()).isEqualTo("from the first tab");
    other.getByLabel("Your answer").fill("from both");
    other.keyboard().press("Control+Enter");
    other.getByText("Nothing left for you here").waitFor();
    untilDone(); // the first tab notices and moves on
    assertThat(only(campaign).demonstrations().get(0).completion()).isEqualTo("from both");
  }

  @Test
  void theClockStandsStillWhileTheWindowIsLeft() {
    Campaign campaign = setting.open("clock", TaskKind.DEMONSTRATION, 1, 1);
    page.addInitScript("window.front = true; document.hasFocus = () => window.front;");
    open(campaign);
    page.waitForCondition(() -> page.locator("#clock").textContent().equals("00:01"));
    page.evaluate("window.front = false");
    page.waitForTimeout(1500);
    assertThat(page.locator("#clock").textContent()).isEqualTo("00:01");
    page.evaluate("window.front = true");
    page.waitForCondition(() -> page.locator("#clock").textContent().equals("00:02"));
    page.keyboard().type("x");
    press("Control+Enter");
    untilDone();
    assertThat(only(campaign).submission().seconds()).isBetween(2, 4);
  }

  @Test
  void includeOutputShowsTheOutputBelowTheInstruction() {
    Campaign campaign = setting.open("include", TaskKind.RANKING, 1, 1);
    open(campaign);
    String output = page.locator(".page:not([hidden]) .output").textContent();
    page.getByLabel("Include output").check();
    assertThat(page.locator("#included").textContent()).isEqualTo(output);
    press("Alt+ArrowRight");
    assertThat(page.locator("#included").textContent())
        .isEqualTo(page.locator(".page:not([hidden]) .output").textContent())
        .isNotEqualTo(output);
  }

  @Test
  void everythingThatCanBeUsedHasANameAndFitsATablet() {
    page.setViewportSize(768, 1024);
    for (TaskKind task : TaskKind.values()) {
      open(setting.open("names-" + task.name().toLowerCase(java.util.Locale.ROOT), task, 1, 1));
      Object nameless =
          page.evaluate(
              "() => [...document.querySelectorAll('input:not([type=hidden]), textarea, select,"
                  + " button, a')].filter(e => !(e.labels?.length || e.textContent.trim() ||"
                  + " e.getAttribute('aria-label'))).map(e => e.outerHTML)");
      assertThat((List<?>) nameless).as(task + ": controls without a name").isEmpty();
      Object overflow =
          page.evaluate("() => document.documentElement.scrollWidth > window.innerWidth");
      assertThat(overflow).as(task + " is wider than a tablet").isEqualTo(false);
    }
  }

  @Test
  void comingByInvitationAndSigningInAgain() {
    String link =
        server.url() + "/join/" + server.stores().people().invite(PersonRole.LABELER, "", null);
    try (BrowserContext fresh = chromium.stranger()) {
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
