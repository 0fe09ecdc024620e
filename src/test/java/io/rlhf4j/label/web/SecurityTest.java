package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.Prompt;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.NewOutput;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.store.Database;
import io.rlhf4j.label.store.Setting;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Nobody gets where they must not, and no text becomes anything but text. */
class SecurityTest {
  private static final LabelServer.Options ANY_PORT = new LabelServer.Options("127.0.0.1", 0, null);
  private static final String SCRIPT = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`";
  private static final String SQL = "'); DROP TABLE submissions; -- \" OR '1'='1";

  @TempDir
  @SuppressWarnings("NullAway.Init")
  static Path folder;

  @SuppressWarnings("NullAway.Init")
  private static Database database;

  @SuppressWarnings("NullAway.Init")
  private static LabelServer server;

  @SuppressWarnings("NullAway.Init")
  private static Setting setting;

  private static final Map<PersonRole, Person> PEOPLE = new EnumMap<>(PersonRole.class);
  private static final List<Exception> CRASHES = new ArrayList<>();

  @BeforeAll
  static void start() {
    database = Database.open(folder.resolve("label.db").toString());
    server = LabelServer.start(database, ANY_PORT, CRASHES::add);
    setting = Setting.over(database);
    for (PersonRole role : PersonRole.values()) {
      PEOPLE.put(role, setting.person(role.name().toLowerCase(java.util.Locale.ROOT), role));
    }
  }

  @AfterAll
  static void stop() {
    server.close();
    database.close();
    assertThat(CRASHES).as("nothing failed inside").isEmpty();
  }

  private static List<Route> routes() {
    return Routes.table(server.stores(), ANY_PORT);
  }

  private static String address(Route route) {
    return route.path().replaceAll("\\{[^}]*}", "nothing");
  }

  private static HttpResponse<String> knock(Browser browser, Route route) {
    return browser.send(
        route.method().name(), address(route), "application/json", "{}".getBytes(UTF_8), null);
  }

  private static final java.nio.charset.Charset UTF_8 = StandardCharsets.UTF_8;

  @TestFactory
  List<DynamicTest> everyRouteIsClosedToStrangersUnlessItIsPublic() {
    return routes().stream()
        .filter(route -> route.access() != Access.PUBLIC)
        .map(
            route ->
                DynamicTest.dynamicTest(
                    route.method() + " " + route.path(),
                    () -> {
                      HttpResponse<String> answer = knock(Browser.stranger(server), route);
                      if (answer.statusCode() == 303) { // a page sends people to sign in
                        assertThat(answer.headers().firstValue("Location").orElse(""))
                            .startsWith("/login?next=");
                      } else {
                        assertThat(answer.statusCode()).isEqualTo(401);
                      }
                    }))
        .toList();
  }

  @TestFactory
  List<DynamicTest> everyRouteIsClosedToEveryOtherRole() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Route route : routes()) {
      for (PersonRole role : PersonRole.values()) {
        if (!route.access().allows(role)) {
          tests.add(
              DynamicTest.dynamicTest(
                  route.method() + " " + route.path() + " as " + role,
                  () -> {
                    Browser browser = Browser.of(server, requireNonNull(PEOPLE.get(role)));
                    assertThat(knock(browser, route).statusCode()).isEqualTo(403);
                  }));
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @TestFactory
  List<DynamicTest> nothingIsChangedWithoutTheTokenOfThePage() {
    List<DynamicTest> tests = new ArrayList<>();
    for (Route route : routes()) {
      if (route.method() == Route.Method.GET) {
        continue;
      }
      for (PersonRole role : PersonRole.values()) {
        if (route.access().allows(role)) {
          Browser browser = Browser.of(server, requireNonNull(PEOPLE.get(role)));
          tests.add(
              DynamicTest.dynamicTest(
                  route.method() + " " + route.path() + " as " + role,
                  () -> {
                    assertThat(knock(browser.withoutCsrf(), route).statusCode()).isEqualTo(403);
                    assertThat(knock(browser.withCsrf("x".repeat(43)), route).statusCode())
                        .isEqualTo(403);
                  }));
        }
      }
    }
    assertThat(tests).isNotEmpty();
    return tests;
  }

  @Test
  void aRequestFromAnotherSiteIsRefusedEvenWithTheToken() throws Exception {
    Browser lead = Browser.of(server, requireNonNull(PEOPLE.get(PersonRole.LEAD)));
    var request =
        java.net.http.HttpRequest.newBuilder(java.net.URI.create(server.url() + "/logout"))
            .header("Cookie", lead.cookie())
            .header("X-CSRF-Token", requireNonNull(lead.csrf()))
            .header("Sec-Fetch-Site", "cross-site")
            .POST(java.net.http.HttpRequest.BodyPublishers.noBody())
            .build();
    var answer = lead.client().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(403);
    assertThat(lead.get("/instructions").statusCode()).as("still signed in").isEqualTo(200);
  }

  @Test
  void anotherLabelersItemLooksAsIfItWereNotThere() {
    Campaign campaign = setting.open("mine", TaskKind.DEMONSTRATION, 1, 2);
    Person ada = requireNonNull(PEOPLE.get(PersonRole.LABELER));
    Assignment hers = requireNonNull(server.stores().assignments().next(campaign, ada));
    Browser other = Browser.of(server, setting.person("other", PersonRole.LABELER));
    String at = "/api/work/" + hers.id();
    String answer = "{\"key\":\"0123456789\",\"answer\":{\"text\":\"stolen\"},\"seconds\":1}";
    assertThat(other.json("POST", at + "/submit", answer).statusCode()).isEqualTo(404);
    assertThat(other.json("POST", at + "/skip", "{\"reason\":\"x\"}").statusCode()).isEqualTo(404);
    assertThat(other.json("PUT", at + "/draft", "{\"basedOn\":0,\"body\":\"{}\"}").statusCode())
        .isEqualTo(404);
    assertThat(server.stores().submissions().of(campaign.id())).isEmpty();
    assertThat(server.stores().assignments().draft(hers.id())).isNull();
  }

  @Test
  void aCampaignForOthersCannotBeWorkedOn() {
    var stores = server.stores();
    Campaign campaign =
        stores
            .campaigns()
            .add(
                "training-only",
                TaskKind.DEMONSTRATION,
                Campaign.Audience.LABELERS,
                requireNonNull(stores.instructions().latest("training")).id(),
                1,
                10,
                "",
                null);
    stores.campaigns().setStatus(campaign.id(), Campaign.Status.OPEN, null);
    Browser heldOut = Browser.of(server, requireNonNull(PEOPLE.get(PersonRole.HELD_OUT)));
    assertThat(heldOut.get("/work/training-only").statusCode()).isEqualTo(404);
    assertThat(heldOut.get("/api/work/training-only").statusCode()).isEqualTo(404);
  }

  @Test
  void scriptInAnyTextIsShownAsText() {
    Campaign campaign = setting.open("script", TaskKind.RANKING, 2, 0);
    server
        .stores()
        .items()
        .add(
            campaign.id(),
            "test",
            List.of(
                NewItem.of(
                    Prompt.plain(SCRIPT, SCRIPT),
                    List.of(NewOutput.of(SCRIPT, "a"), NewOutput.of(SCRIPT + 2, "b")))));
    Person eve = server.stores().people().add("eve", SCRIPT, "hash", PersonRole.LABELER);
    Browser browser = Browser.of(server, eve);
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
  void whoWroteAnOutputIsNowhereInWhatLabelersGet() {
    setting.open("blind", TaskKind.COMPARISON, 2, 1);
    Browser browser = Browser.of(server, requireNonNull(PEOPLE.get(PersonRole.HELD_OUT)));
    assertThat(browser.get("/work/blind").body()).contains("Output a for").doesNotContain("model-");
    assertThat(browser.get("/api/work/blind").body()).doesNotContain("model-");
  }

  @Test
  void sqlInEveryFieldIsOnlyText() {
    Campaign campaign = setting.open("sql", TaskKind.DEMONSTRATION, 3, 1);
    Browser browser = Browser.of(server, setting.person("sqler", PersonRole.LABELER));
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
            server
                .stores()
                .submissions()
                .labels(campaign)
                .get(0)
                .demonstrations()
                .get(0)
                .completion())
        .isEqualTo(SQL);
    assertThat(browser.get("/work/" + java.net.URLEncoder.encode(SQL, UTF_8)).statusCode())
        .isEqualTo(404);
    byte[] form = "login=%27+OR+1%3D1+--&password=%27+OR+1%3D1+--".getBytes(UTF_8);
    assertThat(browser.form("/login", form).statusCode()).isEqualTo(401);
  }

  @Test
  void oversizedBodiesAreRefusedWhetherAnnouncedOrNot() throws Exception {
    Person ada = requireNonNull(PEOPLE.get(PersonRole.LABELER));
    Browser browser = Browser.of(server, ada);
    byte[] big = "x".repeat(2_000_000).getBytes(UTF_8);
    for (Route route : routes()) {
      if (route.method() != Route.Method.GET && route.access() != Access.LEADS) {
        assertThat(
                browser.send(route.method().name(), address(route), "*/*", big, null).statusCode())
            .as(route.path())
            .isEqualTo(413);
      }
    }
    // Chunked: the length is nowhere announced.
    var request =
        java.net.http.HttpRequest.newBuilder(java.net.URI.create(server.url() + "/login"))
            .POST(
                java.net.http.HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(big)))
            .build();
    var answer = browser.client().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void brokenUtf8AndHalfCharactersAreRefused() {
    Campaign campaign = setting.open("utf8", TaskKind.DEMONSTRATION, 3, 1);
    Browser browser = Browser.of(server, setting.person("utf", PersonRole.LABELER));
    String assignment =
        browser.get("/api/work/utf8").body().replaceAll(".*\"assignment\":\"(\\w+)\".*", "$1");
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
    assertThat(server.stores().submissions().of(campaign.id())).isEmpty();
  }

  @Test
  void nonsenseInsteadOfAnAnswerIsRefusedWithASentence() {
    Campaign campaign = setting.open("nonsense", TaskKind.RANKING, 3, 1);
    Browser browser = Browser.of(server, setting.person("clown", PersonRole.LABELER));
    String assignment =
        browser.get("/api/work/nonsense").body().replaceAll(".*\"assignment\":\"(\\w+)\".*", "$1");
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
    assertThat(server.stores().submissions().of(campaign.id())).isEmpty();
  }

  @Test
  void tooManyWrongPasswordsCloseTheDoorForAWhile() {
    server
        .stores()
        .people()
        .add("slow", "Slow", Passwords.hash("the right one"), PersonRole.LABELER);
    Browser stranger = visitor();
    byte[] wrong = "login=slow&password=wrong".getBytes(UTF_8);
    byte[] right = "login=slow&password=the+right+one".getBytes(UTF_8);
    assertThat(stranger.form("/login", right).statusCode()).isEqualTo(303);
    for (int i = 0; i < 8; i++) {
      assertThat(stranger.form("/login", wrong).statusCode()).isEqualTo(401);
    }
    assertThat(stranger.form("/login", right).statusCode()).isEqualTo(429);
  }

  /** Somebody with the cookie that the sign-in page gives. */
  private static Browser visitor() {
    Browser stranger = Browser.stranger(server);
    String cookie =
        stranger.get("/login").headers().firstValue("Set-Cookie").orElse("").replaceAll(";.*", "");
    return new Browser(
        stranger.client(), server.url(), cookie, cookie.substring(cookie.indexOf('=') + 1));
  }

  @Test
  void cookiesAreOutOfReachOfScriptsAndBehindHttpsTravelOnNothingElse() {
    Browser visitor = visitor();
    server
        .stores()
        .people()
        .add("cook", "Cook", Passwords.hash("the right one"), PersonRole.LABELER);
    String cookie =
        visitor
            .form("/login", "login=cook&password=the+right+one".getBytes(UTF_8))
            .headers()
            .firstValue("Set-Cookie")
            .orElse("");
    assertThat(cookie).startsWith("rlhf4j-session=").contains("HttpOnly").contains("SameSite=Lax");
    var https = new LabelServer.Options("127.0.0.1", 0, "https://label.example.org");
    try (LabelServer secure = LabelServer.start(database, https, CRASHES::add)) {
      Browser stranger =
          new Browser(visitor.client(), "http://127.0.0.1:" + secure.port(), "", null);
      HttpResponse<String> page = stranger.get("/login");
      assertThat(page.headers().firstValue("Set-Cookie").orElse(""))
          .startsWith("__Host-rlhf4j-visit=")
          .contains("Secure");
      assertThat(page.headers().firstValue("Strict-Transport-Security")).isPresent();
    }
  }

  @Test
  void signingInLeadsOnlyToPagesOfThisApp() {
    server
        .stores()
        .people()
        .add("next", "Next", Passwords.hash("the right one"), PersonRole.LABELER);
    for (String next : List.of("https://evil.example", "//evil.example", "/\\evil.example", "")) {
      byte[] form =
          ("login=next&password=the+right+one&next=" + java.net.URLEncoder.encode(next, UTF_8))
              .getBytes(UTF_8);
      assertThat(visitor().form("/login", form).headers().firstValue("Location")).contains("/");
    }
  }
}
