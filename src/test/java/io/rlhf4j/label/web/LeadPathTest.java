package io.rlhf4j.label.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Download;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import io.rlhf4j.data.DatasetReader;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.PersonRole;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * A lead's whole path in a real browser: a campaign, files in, what they say, training data out.
 */
class LeadPathTest {
  @RegisterExtension static final OpenApp APP = OpenApp.inChromium();

  @Test
  void judgementsComeInAreCountedAndGoOutAsTrainingData() throws Exception {
    Path file = APP.folder().resolve("judged.jsonl");
    Files.writeString(
        file,
        """
        {"prompt": "Where does the fox live?", "chosen": "In the hills.", "rejected": "No."}
        {"prompt": "Name a <b>colour</b>.", "chosen": "Red.", "rejected": "I am a fox."}
        {"prompt": "Greet me.", "chosen": "Good morning.", "rejected": "Go away!"}
        {"prompt": "Greet me.", "chosen": "Go away!", "rejected": "Good morning."}
        """);
    try (BrowserContext context = APP.window(APP.setting().person("lead", PersonRole.LEAD))) {
      Page page = context.newPage();
      page.navigate(APP.url() + "/campaigns");
      page.getByLabel("Name").fill("judged-before");
      page.locator("select[name=task]").selectOption("RANKING");
      button(page, "Make campaign").click();

      page.navigate(APP.url() + "/campaigns/judged-before/import");
      page.getByLabel("judgements of people").check();
      page.locator("input[type=file]").setInputFiles(file);
      button(page, "Look at it first").click();
      page.locator("#take").waitFor();
      assertThat(page.locator("#preview").innerText())
          .contains("3 judgements would come in; 1 judgements would be left out")
          .contains("judged.jsonl:4")
          .contains("the same person judged the same outputs before, at judged.jsonl:3");
      page.locator("#take").click();
      page.waitForURL("**/campaigns/judged-before");
      assertThat(page.locator("main").innerText()).contains("3 judgements, 1 judgements left out");

      page.navigate(APP.url() + "/campaigns/judged-before/report/results");
      assertThat(page.locator("h1").innerText()).isEqualTo("Results of the models");
      page.navigate(APP.url() + "/campaigns/judged-before/report/agreement");
      assertThat(page.locator("h1").innerText()).isEqualTo("Agreement of labelers");

      page.navigate(APP.url() + "/campaigns/judged-before");
      Download out =
          page.waitForDownload(
              () -> page.locator("a[href$='/export/rankings.jsonl']").first().click());
      Path exported = APP.folder().resolve("rankings.jsonl");
      out.saveAs(exported);
      List<Ranking> rankings = DatasetReader.readRankings(exported);
      assertThat(rankings).hasSize(3);
      assertThat(rankings)
          .allSatisfy(ranking -> assertThat(ranking.comparisons()).hasSize(1))
          .anySatisfy(
              ranking -> {
                assertThat(ranking.prompt().text()).contains("Name a <b>colour</b>.");
                assertThat(ranking.comparisons().get(0).chosen()).isEqualTo("Red.");
              });
    }
    assertThat(APP.chromium().complaints()).as("errors on the browser's console").isEmpty();
  }

  @Test
  void aFileThatIsNoDataSetIsRefusedInASentenceAndNothingComesIn() throws Exception {
    Path file = APP.folder().resolve("broken.jsonl");
    Files.writeString(file, "{\"prompt\": \"Greet me.\"\n");
    try (BrowserContext context = APP.window(APP.setting().person("lead2", PersonRole.LEAD))) {
      Page page = context.newPage();
      page.navigate(APP.url() + "/campaigns");
      page.getByLabel("Name").fill("broken");
      button(page, "Make campaign").click();
      page.navigate(APP.url() + "/campaigns/broken/import");
      page.locator("input[type=file]").setInputFiles(file);
      button(page, "Look at it first").click();
      Locator notice = page.getByRole(AriaRole.ALERT);
      notice.waitFor();
      assertThat(notice.innerText()).contains("broken.jsonl");
      assertThat(page.locator("#take").count()).isZero();

      Path questions = APP.folder().resolve("questions.csv");
      Files.writeString(questions, "id,question\n1,Why?\n");
      page.locator("input[type=file]").setInputFiles(questions);
      page.getByLabel("Columns under names of their own").fill("prompt=answer");
      button(page, "Look at it first").click();
      page.getByText("the columns found are [id, question]").waitFor();
      page.getByLabel("Columns under names of their own").fill("prompt=question");
      button(page, "Look at it first").click();
      page.locator("#take").waitFor();
      assertThat(page.locator("#preview").innerText()).contains("1 items").contains("Why?");
    }
  }

  private static Locator button(Page page, String name) {
    return page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName(name));
  }
}
