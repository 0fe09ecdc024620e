package io.rlhf4j.label.web;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.deque.html.axecore.playwright.AxeBuilder;
import com.deque.html.axecore.results.CheckedNode;
import com.deque.html.axecore.results.Rule;
import com.microsoft.playwright.BrowserContext;
import com.microsoft.playwright.Locator;
import com.microsoft.playwright.Page;
import com.microsoft.playwright.options.AriaRole;
import com.microsoft.playwright.options.ColorScheme;
import com.microsoft.playwright.options.ReducedMotion;
import io.rlhf4j.data.ColumnNames;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Metadata;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptIntake;
import io.rlhf4j.data.PromptMetadata;
import io.rlhf4j.data.Ranking;
import io.rlhf4j.label.Assignment;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.Item;
import io.rlhf4j.label.Person;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.answer.Answer;
import io.rlhf4j.label.exchange.CampaignImport;
import io.rlhf4j.label.store.ImportStore;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/**
 * Every page, audited by axe under the rules of WCAG 2.1, levels A and AA. Light pages go through
 * all rules; dark ones have the same structure, so only their colours are looked at again.
 */
class AccessibilityTest {
  private static final List<String> LEVELS = List.of("wcag2a", "wcag2aa", "wcag21a", "wcag21aa");

  @RegisterExtension static final OpenApp APP = OpenApp.inChromium();

  @SuppressWarnings("NullAway.Init")
  private static Person lead;

  private final List<String> violations = new ArrayList<>();

  @BeforeAll
  static void start() {
    lead = APP.setting().person("lead", PersonRole.LEAD);
    fill();
  }

  /** So much that no page is empty and every part of it is shown. */
  private static void fill() {
    Stores stores = APP.stores();
    Campaign ranks = APP.setting().open("ranks", TaskKind.RANKING, 3, 2);
    Campaign texts = APP.setting().open("texts", TaskKind.DEMONSTRATION, 3, 2);
    for (String name : List.of("ann", "bob")) {
      Person person = APP.setting().person(name, PersonRole.LABELER);
      rank(ranks, person);
      Assignment demonstration = requireNonNull(stores.assignments().next(texts, person));
      stores
          .submissions()
          .submit(
              "text-" + name,
              demonstration,
              texts,
              person,
              new Answer.Written("Well.", PromptMetadata.NONE, ""),
              30);
    }
    Path judged = APP.folder().resolve("judged.jsonl");
    Prompt prompt = Prompt.plain("p", "?");
    Ranking ranking = Ranking.of(prompt, List.of("a", "b"), List.of(1, 2), "cleo");
    DataFiles.writeRankings(judged, List.of(ranking, ranking));
    ImportStore imports = new ImportStore(APP.database());
    imports.add(
        ranks,
        CampaignImport.rankings(judged, ColumnNames.ours(), true, PromptIntake.Settings.none()),
        lead.id());
    Path prompts = APP.folder().resolve("prompts.jsonl");
    DataFiles.writePrompts(
        prompts,
        List.of(
            Prompt.plain("p1", "Write to ann@example.com about the rent"),
            Prompt.plain("p2", "Tell me about the rings of Saturn"),
            Prompt.plain("p3", "Tell me about the rings of Saturn")));
    imports.add(
        APP.setting().draft("held", TaskKind.DEMONSTRATION),
        CampaignImport.prompts(prompts, ColumnNames.ours(), PromptIntake.Settings.instructgpt()),
        lead.id());
  }

  private static void rank(Campaign campaign, Person person) {
    Stores stores = APP.stores();
    Assignment assignment = requireNonNull(stores.assignments().next(campaign, person));
    Item item = requireNonNull(stores.items().find(assignment.itemId()));
    List<Answer.RankedOutput> outputs = new ArrayList<>();
    for (int i = 0; i < item.outputs().size(); i++) {
      outputs.add(
          new Answer.RankedOutput(item.outputs().get(i).id(), i + 1, 7 - i, Metadata.NONE, ""));
    }
    stores
        .submissions()
        .submit(
            "ranks-" + person.login(),
            assignment,
            campaign,
            person,
            new Answer.Ranked(outputs, PromptMetadata.NONE),
            60);
  }

  @Test
  void pagesOfEverybodyKeepTheRules() {
    try (BrowserContext context = APP.chromium().stranger()) {
      APP.chromium().expectComplaints(); // a page that is not there is one of them
      Page page = context.newPage();
      audit(page, "/login");
      audit(page, "/join/" + APP.stores().people().invite(PersonRole.LABELER, "", null));
      audit(page, "/join/no-such-invitation");
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void theLabelersPagesKeepTheRules() {
    Person person = APP.setting().person("dora", PersonRole.LABELER);
    try (BrowserContext context = APP.window(person)) {
      Page page = context.newPage();
      audit(page, "/home");
      audit(page, "/about-me");
      audit(page, "/survey");
      audit(page, "/instructions");
      audit(page, "/instructions/" + APP.stores().instructions().all().get(0).id());
      for (TaskKind task : TaskKind.values()) {
        String name = "try-" + task.name().toLowerCase(Locale.ROOT);
        APP.setting().open(name, task, 1, 1);
        audit(page, "/work/" + name);
      }
      page.navigate(APP.url() + "/work/try-ranking");
      for (int i = 0; i < 4; i++) {
        page.keyboard().press("Alt+ArrowRight");
      }
      Locator card = page.locator(".pool .ranked").first();
      card.waitFor();
      audit(page);
      card.focus();
      page.keyboard().press("1");
      page.locator(".ranks .ranked").first().waitFor();
      audit(page);
      page.keyboard().press("i");
      audit(page);
      page.navigate(APP.url() + "/work/try-demonstration");
      page.keyboard().type("Well.");
      page.keyboard().press("Control+Enter");
      page.getByText("Nothing left for you here").waitFor();
      audit(page);
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void theLeadsPagesKeepTheRules() {
    try (BrowserContext context = APP.window(lead)) {
      Page page = context.newPage();
      audit(page, "/campaigns");
      audit(page, "/campaigns/ranks");
      audit(page, "/campaigns/held");
      audit(page, "/campaigns/ranks/items");
      audit(page, "/campaigns/ranks/items/1");
      for (String report : List.of("agreement", "results", "pace")) {
        audit(page, "/campaigns/ranks/report/" + report);
      }
      audit(page, "/instructions/" + APP.stores().instructions().all().get(0).id());
      audit(page, "/screening");
      audit(page, "/survey/results");
      audit(page, "/audit");
      audit(page, "/people");
      page.getByRole(AriaRole.BUTTON, new Page.GetByRoleOptions().setName("link")).click();
      audit(page);
      audit(page, "/campaigns/held/import");
      page.locator("input[type=file]").setInputFiles(APP.folder().resolve("prompts.jsonl"));
      page.getByText("Look at it first").click();
      page.locator("#take").waitFor();
      audit(page);
    }
    assertThat(violations).isEmpty();
  }

  @Test
  void theAuditSeesAMissingNameAndAPaleTextInEitherScheme() {
    try (BrowserContext context = APP.chromium().stranger()) {
      Page page = context.newPage();
      page.navigate(APP.url() + "/login");
      page.evaluate(
          "() => { const field = document.querySelector('input[name=login]');"
              + " field.closest('label').replaceWith(field);"
              + " document.querySelector('h1').style.color = '#aaa'; }");
      audit(page);
    }
    assertThat(violations)
        .anyMatch(one -> one.startsWith("/login (light): label: <input"))
        .anyMatch(one -> one.startsWith("/login (light): color-contrast: <h1"));
    violations.clear();
    try (BrowserContext context = APP.chromium().stranger()) {
      Page page = context.newPage();
      page.navigate(APP.url() + "/login");
      page.evaluate("() => { document.querySelector('h1').style.color = '#444'; }");
      audit(page);
    }
    // Dark grey can be read on a light page only.
    assertThat(violations)
        .singleElement()
        .asString()
        .startsWith("/login (dark): color-contrast: <h1");
  }

  private void audit(Page page, String path) {
    page.navigate(APP.url() + path);
    audit(page);
  }

  /** The page as it stands now. */
  private void audit(Page page) {
    // What is folded may break rules, too.
    page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)");
    page.emulateMedia(scheme(ColorScheme.LIGHT));
    note(page, "light", new AxeBuilder(page).withTags(LEVELS).analyze().getViolations());
    page.emulateMedia(scheme(ColorScheme.DARK));
    List<String> colours = List.of("color-contrast");
    note(page, "dark", new AxeBuilder(page).withRules(colours).analyze().getViolations());
  }

  /** A colour on its way to another would be measured halfway. */
  private static Page.EmulateMediaOptions scheme(ColorScheme scheme) {
    return new Page.EmulateMediaOptions()
        .setColorScheme(scheme)
        .setReducedMotion(ReducedMotion.REDUCE);
  }

  private void note(Page page, String scheme, List<Rule> rules) {
    for (Rule rule : rules) {
      for (CheckedNode node : rule.getNodes()) {
        violations.add(
            "%s (%s): %s: %s %s"
                .formatted(
                    page.url().substring(APP.url().length()),
                    scheme,
                    rule.getId(),
                    node.getHtml(),
                    node.getFailureSummary()));
      }
    }
  }
}
