package io.rlhf4j.label.web;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Nobody gets where they must not. */
class SecurityTest {
  @RegisterExtension static final OpenApp APP = OpenApp.withoutBrowser();

  private static final Map<PersonRole, Person> PEOPLE = new EnumMap<>(PersonRole.class);

  @BeforeAll
  static void start() {
    for (PersonRole role : PersonRole.values()) {
      PEOPLE.put(role, APP.setting().person(role.name().toLowerCase(java.util.Locale.ROOT), role));
    }
  }

  private static List<Route> routes() {
    return Routes.table(APP.stores(), OpenApp.ANY_PORT);
  }

  private static String address(Route route) {
    return route.path().replaceAll("\\{[^}]*}", "nothing");
  }

  private static HttpResponse<String> knock(Browser browser, Route route) {
    return browser.send(
        route.method().name(), address(route), "application/json", "{}".getBytes(UTF_8), null);
  }

  @TestFactory
  List<DynamicTest> everyRouteIsClosedToStrangersUnlessItIsPublic() {
    return routes().stream()
        .filter(route -> route.access() != Access.PUBLIC)
        .map(
            route ->
                DynamicTest.dynamicTest(
                    route.method() + " " + route.path(),
                    () -> {
                      HttpResponse<String> answer = knock(Browser.stranger(APP.server()), route);
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
                    Browser browser = Browser.of(APP.server(), requireNonNull(PEOPLE.get(role)));
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
          Browser browser = Browser.of(APP.server(), requireNonNull(PEOPLE.get(role)));
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
    Browser lead = Browser.of(APP.server(), requireNonNull(PEOPLE.get(PersonRole.LEAD)));
    var request =
        java.net.http.HttpRequest.newBuilder(java.net.URI.create(APP.url() + "/logout"))
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
    Campaign campaign = APP.setting().open("mine", TaskKind.DEMONSTRATION, 1, 2);
    Person ada = requireNonNull(PEOPLE.get(PersonRole.LABELER));
    Assignment hers = requireNonNull(APP.stores().assignments().next(campaign, ada));
    Browser other = Browser.of(APP.server(), APP.setting().person("other", PersonRole.LABELER));
    String at = "/api/work/" + hers.id();
    String answer = "{\"key\":\"0123456789\",\"answer\":{\"text\":\"stolen\"},\"seconds\":1}";
    assertThat(other.json("POST", at + "/submit", answer).statusCode()).isEqualTo(404);
    assertThat(other.json("POST", at + "/skip", "{\"reason\":\"x\"}").statusCode()).isEqualTo(404);
    assertThat(other.json("PUT", at + "/draft", "{\"basedOn\":0,\"body\":\"{}\"}").statusCode())
        .isEqualTo(404);
    assertThat(APP.stores().submissions().of(campaign.id())).isEmpty();
    assertThat(APP.stores().assignments().draft(hers.id())).isNull();
  }

  @Test
  void aCampaignForOthersCannotBeWorkedOn() {
    var stores = APP.stores();
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
    Browser heldOut = Browser.of(APP.server(), requireNonNull(PEOPLE.get(PersonRole.HELD_OUT)));
    assertThat(heldOut.get("/work/training-only").statusCode()).isEqualTo(404);
    assertThat(heldOut.get("/api/work/training-only").statusCode()).isEqualTo(404);
  }

  @Test
  void whoWroteAnOutputIsNowhereInWhatLabelersGet() {
    APP.setting().open("blind", TaskKind.COMPARISON, 2, 1);
    Browser browser = Browser.of(APP.server(), requireNonNull(PEOPLE.get(PersonRole.HELD_OUT)));
    assertThat(browser.get("/work/blind").body()).contains("Output a for").doesNotContain("model-");
    assertThat(browser.get("/api/work/blind").body()).doesNotContain("model-");
  }

  @Test
  void oversizedBodiesAreRefusedWhetherAnnouncedOrNot() throws Exception {
    Person ada = requireNonNull(PEOPLE.get(PersonRole.LABELER));
    Browser browser = Browser.of(APP.server(), ada);
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
        java.net.http.HttpRequest.newBuilder(java.net.URI.create(APP.url() + "/login"))
            .POST(
                java.net.http.HttpRequest.BodyPublishers.ofInputStream(
                    () -> new java.io.ByteArrayInputStream(big)))
            .build();
    var answer = browser.client().send(request, HttpResponse.BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(413);
  }

  @Test
  void tooManyWrongPasswordsCloseTheDoorForAWhile() {
    APP.stores().people().add("slow", "Slow", Passwords.hash("the right one"), PersonRole.LABELER);
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
    Browser stranger = Browser.stranger(APP.server());
    String cookie =
        stranger.get("/login").headers().firstValue("Set-Cookie").orElse("").replaceAll(";.*", "");
    return new Browser(
        stranger.client(), APP.url(), cookie, cookie.substring(cookie.indexOf('=') + 1));
  }

  @Test
  void cookiesAreOutOfReachOfScriptsAndBehindHttpsTravelOnNothingElse() {
    Browser visitor = visitor();
    APP.stores().people().add("cook", "Cook", Passwords.hash("the right one"), PersonRole.LABELER);
    String cookie =
        visitor
            .form("/login", "login=cook&password=the+right+one".getBytes(UTF_8))
            .headers()
            .firstValue("Set-Cookie")
            .orElse("");
    assertThat(cookie).startsWith("rlhf4j-session=").contains("HttpOnly").contains("SameSite=Lax");
    var https = new LabelServer.Options("127.0.0.1", 0, "https://label.example.org");
    try (LabelServer secure = LabelServer.start(APP.database(), https, APP.crashes()::add)) {
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
    APP.stores().people().add("next", "Next", Passwords.hash("the right one"), PersonRole.LABELER);
    for (String next : List.of("https://evil.example", "//evil.example", "/\\evil.example", "")) {
      byte[] form =
          ("login=next&password=the+right+one&next=" + java.net.URLEncoder.encode(next, UTF_8))
              .getBytes(UTF_8);
      assertThat(visitor().form("/login", form).headers().firstValue("Location")).contains("/");
    }
  }
}
