package io.rlhf4j.label.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.TaskKind;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * What a labeler did survives a reload, a lost connection, a signed-out session and a second tab.
 */
class KeptWorkTest {
  @RegisterExtension static final OpenApp APP = OpenApp.inChromium();

  @RegisterExtension final LabelerWindow labeler = new LabelerWindow(APP);

  @Test
  void aReloadLosesNothing() {
    Campaign campaign = APP.setting().open("reload", TaskKind.RANKING, 1, 1);
    labeler.open(campaign);
    labeler.press("6", "r", "Alt+ArrowRight");
    labeler.page().locator(".page:not([hidden]) textarea").fill("remember me");
    labeler.untilSaved();
    labeler.page().reload();
    assertThat(labeler.page().locator("#page-number").textContent()).isEqualTo("Page 2 / 5");
    assertThat(labeler.page().locator(".page:not([hidden]) textarea").inputValue())
        .isEqualTo("remember me");
    labeler.press("Alt+ArrowLeft");
    assertThat(labeler.page().locator(".page:not([hidden]) .steps input:checked").inputValue())
        .isEqualTo("6");
  }

  @Test
  void withoutConnectionNothingIsLostAndTheSubmissionArrivesOnce() {
    Campaign campaign = APP.setting().open("offline", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    labeler.context().setOffline(true);
    APP.chromium().expectComplaints();
    labeler.type("written in a tunnel");
    labeler.page().getByText("No connection. Kept in this browser").waitFor();
    labeler.press("Control+Enter");
    labeler.page().waitForTimeout(500);
    assertThat(APP.stores().submissions().of(campaign.id())).isEmpty();
    labeler.context().setOffline(false);
    labeler.untilDone();
    assertThat(labeler.only(campaign).demonstrations().get(0).completion())
        .isEqualTo("written in a tunnel");
  }

  @Test
  void whoIsSignedOutWhileTypingSignsInElsewhereAndGoesOn() {
    Campaign campaign = APP.setting().open("signed-out", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    labeler.context().clearCookies();
    APP.chromium().expectComplaints();
    labeler.type("typed for an hour");
    labeler.page().getByText("You are signed out: sign in in another tab").waitFor();
    labeler.press("Control+Enter");
    labeler.page().getByText("Your work is kept").waitFor();
    APP.chromium()
        .signIn(labeler.context(), APP.server(), labeler.person()); // as another tab would
    labeler.press("Control+Enter");
    labeler.untilDone();
    assertThat(labeler.only(campaign).demonstrations().get(0).completion())
        .isEqualTo("typed for an hour");
  }

  @Test
  void whatTheServerNeverSawIsFoundInTheBrowserAgain() {
    Campaign campaign = APP.setting().open("kept", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    labeler
        .page()
        .route("**/draft", route -> route.abort()); // only drafts fail; the page itself loads
    APP.chromium().expectComplaints();
    labeler.type("kept here");
    labeler.page().getByText("No connection. Kept in this browser").waitFor();
    labeler.page().reload();
    assertThat(labeler.page().getByLabel("Your answer").inputValue()).isEqualTo("kept here");
  }

  @Test
  void twoTabsOnTheSameItemStoreOneAnswer() {
    Campaign campaign = APP.setting().open("tabs", TaskKind.DEMONSTRATION, 1, 1);
    labeler.open(campaign);
    Page other = labeler.context().newPage();
    other.navigate(APP.url() + "/work/tabs");
    labeler.page().getByLabel("Your answer").fill("from the first tab");
    labeler.untilSaved();
    APP.chromium().expectComplaints(); // the server answers 409, which the console reports
    other.getByLabel("Your answer").fill("from the second tab");
    other.getByText("open in another tab").waitFor();
    assertThat(other.getByLabel("Your answer").inputValue()).isEqualTo("from the first tab");
    other.getByLabel("Your answer").fill("from both");
    other.keyboard().press("Control+Enter");
    other.getByText("Nothing left for you here").waitFor();
    labeler.untilDone(); // the first tab notices and moves on
    assertThat(labeler.only(campaign).demonstrations().get(0).completion()).isEqualTo("from both");
  }

  @Test
  void whatIsFoundInTheBrowserAndWhatAnotherDeviceSavedAreBothThere() {
    Campaign campaign = APP.setting().open("devices", TaskKind.DEMONSTRATION, 1, 1);
    Page page = labeler.page();
    labeler.open(campaign);
    page.route("**/draft", route -> route.abort());
    APP.chromium().expectComplaints();
    labeler.type("written on the train");
    page.getByText("No connection. Kept in this browser").waitFor();
    try (BrowserContext tablet = APP.window(labeler.person())) {
      APP.chromium().expectComplaints();
      Page other = tablet.newPage();
      other.navigate(APP.url() + "/work/devices");
      other.getByLabel("Your answer").fill("written on the tablet");
      other.getByText("Saved", new Page.GetByTextOptions().setExact(true)).waitFor();
    }
    page.unroute("**/draft");
    page.reload();
    assertVersions("written on the tablet", "written on the train");
    labeler.button("Show the other").click();
    assertVersions("written on the train", "written on the tablet");
    labeler.untilSaved();
    page.reload(); // neither is lost by that
    assertVersions("written on the train", "written on the tablet");
    labeler.button("Show the other").click();
    labeler.button("Keep only what is shown").click();
    assertThat(page.locator("#versions").isVisible()).isFalse();
    labeler.press("Control+Enter");
    labeler.untilDone();
    assertThat(labeler.only(campaign).demonstrations().get(0).completion())
        .isEqualTo("written on the tablet");
  }

  @Test
  void whatASecondTabHadIsOfferedBesideWhatTheFirstSaved() {
    Campaign campaign = APP.setting().open("offered", TaskKind.RANKING, 1, 1);
    labeler.open(campaign);
    Page first = labeler.context().newPage();
    first.navigate(APP.url() + "/work/offered");
    first.locator(".page:not([hidden]) textarea").fill("notes of the first tab");
    first.getByText("Saved", new Page.GetByTextOptions().setExact(true)).waitFor();
    APP.chromium().expectComplaints(); // 409
    Page page = labeler.page();
    page.locator(".page:not([hidden]) textarea").fill("longer notes of the second tab");
    page.getByText("open in another tab").waitFor();
    Locator notes = page.locator(".page:not([hidden]) textarea");
    assertThat(notes.inputValue()).isEqualTo("notes of the first tab");
    assertThat(page.locator("#versions").innerText()).contains("longer notes of the second tab");
    labeler.button("Show the other").click();
    assertThat(notes.inputValue()).isEqualTo("longer notes of the second tab");
    labeler.untilSaved();
  }

  private void assertVersions(String shown, String offered) {
    Locator box = labeler.page().locator("#versions");
    box.waitFor();
    assertThat(labeler.page().getByLabel("Your answer").inputValue()).isEqualTo(shown);
    assertThat(box.innerText()).contains("written in two places").contains(offered);
  }
}
