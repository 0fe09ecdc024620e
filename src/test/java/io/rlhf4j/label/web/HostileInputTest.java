package io.rlhf4j.label.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import java.net.http.HttpResponse;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** No text becomes anything but text, and what is no text or no answer is refused. */
class HostileInputTest {
  private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`";
  private static final String SQL = "'); DROP TABLE submissions; -- \" OR '1'='1";

  @RegisterExtension static final OpenApp APP = OpenApp.withoutBrowser();

  @Test
  void scriptInAnyTextIsShownAsText() {
    Campaign campaign = APP.setting().open("script", TaskKind.RANKING, 2, 0);
    APP.stores()
        .items()
        .add(
            campaign.id(),
            "test",
            List.of(
                NewItem.of(
                    Prompt.plain(SCRIPT, SCRIPT),
                    List.of(NewOutput.of(SCRIPT, "a"), NewOutput.of(SCRIPT + 2, "b")))));
    Person eve = APP.stores().people().add("eve", SCRIPT, "hash", PersonRole.LABELER);
    Browser browser = Browser.of(APP.server(), eve);
    String page = browser.get("/work/script").body();
    assertThat(page).doesNotContain("<script>alert").doesNotContain("<img src=x");
    assertThat(page).contains("&lt;script&gt;alert(1)");
    String assignment = page.replaceAll("(?s).*data-assignment=\"([a-z0-9]+)\".*", "$1");
    browser.json(
        "PUT",
        "/api/work/" + assignment + "/draft",
        "{\"basedOn\":0,\"body\":\"<script>alert(3)</script>\"}");
    assertThat(browser.get("/work/script").body()).doesNotContain("<script>alert");
    assertThat(browser.get("/home").body()).doesNotContain("<script>alert");
    // Whatever a text does, the browser is told to run scripts of our own files only.
    HttpResponse<String> any = browser.get("/home");
    assertThat(any.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("script-src 'self';")
        .doesNotContain("unsafe");
    assertThat(any.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(any.body()).doesNotContain("style=\"").doesNotContain("<script>");
  }

  @Test
  void sqlInEveryFieldIsOnlyText() {
    Campaign campaign = APP.setting().open("sql", TaskKind.DEMONSTRATION, 3, 1);
    Browser browser = Browser.of(APP.server(), APP.setting().person("sqler", PersonRole.LABELER));
    String assignment =
        browser.get("/api/work/sql").body().replaceAll(".*\"assignment\":\"(\\w+)\".*", "$1");
    String sql = SQL.replace("\"", "\\\"");
    String at = "/api/work/" + assignment;
    assertThat(
            browser
                .json("PUT", at + "/draft", "{\"basedOn\":0,\"body\":\"" + sql + "\"}")
                .statusCode())
        .isEqualTo(200);
    String answer = "{\"key\":\"%s\",\"answer\":{\"text\":\"%s\",\"notes\":\"%s\"},\"seconds\":3}";
    assertThat(browser.json("POST", at + "/submit", answer.formatted(sql, sql, sql)).statusCode())
        .as("a key is letters and digits")
        .isEqualTo(400);
    assertThat(
            browser
                .json("POST", at + "/submit", answer.formatted("0123456789", sql, sql))
                .statusCode())
        .isEqualTo(200);
    assertThat(
            APP.stores().submissions().labels(campaign).get(0).demonstrations().get(0).completion())
        .isEqualTo(SQL);
    assertThat(browser.get("/work/" + java.net.URLEncoder.encode(SQL, UTF_8)).statusCode())
        .isEqualTo(404);
    byte[] form = "login=%27+OR+1%3D1+--&password=%27+OR+1%3D1+--".getBytes(UTF_8);
    assertThat(browser.form("/login", form).statusCode()).isEqualTo(401);
  }

  @Test
  void brokenUtf8AndHalfCharactersAreRefused() {
    Campaign campaign = APP.setting().open("utf8", TaskKind.DEMONSTRATION, 3, 1);
    Browser browser = Browser.of(APP.server(), APP.setting().person("utf", PersonRole.LABELER));
    String assignment = assignment(browser, "utf8");
    String at = "/api/work/" + assignment + "/submit";
    byte[] broken =
        "{\"key\":\"0123456789\",\"answer\":{\"text\":\"?\"},\"seconds\":1}".getBytes(UTF_8);
    for (int i = 0; i < broken.length; i++) {
      if (broken[i] == '?') {
        broken[i] = (byte) 0xff;
      }
    }
    assertThat(browser.send("POST", at, "*/*", broken, "application/json").statusCode())
        .isEqualTo(400);
    String half = "{\"key\":\"0123456789\",\"answer\":{\"text\":\"\\ud83d\"},\"seconds\":1}";
    assertThat(browser.json("POST", at, half).statusCode()).isEqualTo(400);
    String nul = "{\"key\":\"0123456789\",\"answer\":{\"text\":\"a\\u0000b\"},\"seconds\":1}";
    assertThat(browser.json("POST", at, nul).statusCode()).isEqualTo(400);
    for (String text : List.of("\\ud83d", "\\u0000")) {
      String draft = "{\"basedOn\":0,\"body\":\"" + text + "\"}";
      assertThat(browser.json("PUT", "/api/work/" + assignment + "/draft", draft).statusCode())
          .isEqualTo(400);
    }
    for (String form : List.of("login=%ff&password=x", "login=%zz&password=x", "login=%00")) {
      assertThat(browser.form("/login", form.getBytes(UTF_8)).statusCode()).isEqualTo(400);
    }
    assertThat(APP.stores().submissions().of(campaign.id())).isEmpty();
  }

  @Test
  void nonsenseInsteadOfAnAnswerIsRefusedWithASentence() {
    Campaign campaign = APP.setting().open("nonsense", TaskKind.RANKING, 3, 1);
    Browser browser = Browser.of(APP.server(), APP.setting().person("clown", PersonRole.LABELER));
    String assignment = assignment(browser, "nonsense");
    String at = "/api/work/" + assignment + "/submit";
    for (String body :
        List.of(
            "",
            "[]",
            "null",
            "{",
            "{\"key\":\"0123456789\"}",
            "{\"key\":\"0123456789\",\"seconds\":1,\"answer\":[]}",
            "{\"key\":\"0123456789\",\"seconds\":1,\"answer\":{\"outputs\":[]}}",
            "{\"key\":\"0123456789\",\"seconds\":1,\"answer\":{\"outputs\":[{\"id\":\"x\"}]}}",
            "{\"key\":\"0123456789\",\"seconds\":1e99,\"answer\":{}}",
            "{\"key\":7,\"seconds\":1,\"answer\":{}}")) {
      HttpResponse<String> answer = browser.json("POST", at, body);
      assertThat(answer.statusCode()).as(body).isEqualTo(400);
      assertThat(answer.body()).as(body).contains("error");
    }
    assertThat(APP.stores().submissions().of(campaign.id())).isEmpty();
  }

  private static String assignment(Browser browser, String campaign) {
    return browser
        .get("/api/work/" + campaign)
        .body()
        .replaceAll(".*\"assignment\":\"(\\w+)\".*", "$1");
  }
}
