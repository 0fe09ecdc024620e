package io.rlhf4j.label.web;

import static org.assertj.core.api.Assertions.assertThat;

import io.rlhf4j.data.ColumnNames;
import io.rlhf4j.data.DataFiles;
import io.rlhf4j.data.Prompt;
import io.rlhf4j.data.PromptIntake;
import io.rlhf4j.label.Campaign;
import io.rlhf4j.label.NewItem;
import io.rlhf4j.label.PersonRole;
import io.rlhf4j.label.TaskKind;
import io.rlhf4j.label.exchange.CampaignImport;
import io.rlhf4j.label.store.ImportStore;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Long lists come in parts, whose addresses are plain links. */
class PagingTest {
  @RegisterExtension static final OpenApp APP = OpenApp.withoutBrowser();

  private static Paging paging(int page, int total) {
    return new Paging(
        "/x", Map.of("q", List.of("a&b"), "page", List.of("9")), "page", page, 100, total);
  }

  @Test
  void theAddressOfAnotherPageKeepsTheOtherParameters() {
    assertThat(paging(2, 250).at(3)).isEqualTo("/x?q=a%26b&page=3");
    assertThat(paging(2, 250).at(1)).isEqualTo("/x?q=a%26b");
  }

  @Test
  void theRangeEndsWithTheList() {
    assertThat(paging(3, 250).range()).isEqualTo("201 to 250 of 250");
    assertThat(paging(1, 0).range()).isEqualTo("0 to 0 of 0");
    assertThat(paging(3, 250).of(IntStream.range(0, 250).boxed().toList()))
        .hasSize(50)
        .startsWith(200);
  }

  @Test
  void onlyNearPagesAndTheEndsAreOffered() {
    assertThat(paging(1, 250).offered()).containsExactly(1, 2, 3);
    assertThat(paging(20, 4_000).offered()).containsExactly(1, 0, 18, 19, 20, 21, 22, 0, 40);
  }

  @Test
  void eachOfSomeThousandItemsStandsOnOnePage() {
    Campaign campaign = APP.setting().draft("many", TaskKind.DEMONSTRATION);
    List<NewItem> items = new ArrayList<>();
    for (int i = 1; i <= 3_010; i++) {
      items.add(NewItem.of(Prompt.plain("p" + i, "Prompt " + i), List.of()));
    }
    APP.stores().items().add(campaign.id(), "test", items);
    Browser lead = Browser.of(APP.server(), APP.setting().person("lead", PersonRole.LEAD));
    List<Integer> found = new ArrayList<>();
    String next = "/campaigns/many/items?page=0";
    int pages = 0;
    while (!next.isEmpty()) { // as somebody without scripts goes: by the links
      String body = lead.get(next).body();
      Pattern.compile("items/(\\d+)\" aria-label")
          .matcher(body)
          .results()
          .map(match -> Integer.valueOf(match.group(1)))
          .forEach(found::add);
      next =
          Pattern.compile("rel=\"next\" href=\"([^\"]+)\"")
              .matcher(body)
              .results()
              .map((MatchResult match) -> match.group(1))
              .findFirst()
              .orElse("");
      pages++;
    }
    assertThat(pages).isEqualTo(31);
    assertThat(found).containsExactlyElementsOf(IntStream.rangeClosed(1, 3_010).boxed().toList());
    assertThat(lead.get("/campaigns/many/items?page=99").body())
        .contains("Items 3,001 to 3,010 of 3,010")
        .contains("aria-current=\"page\">31<");
  }

  @Test
  void whoDecidesOnTheSecondPageOfTheReviewStaysThere() {
    Campaign campaign = APP.setting().draft("reviewed", TaskKind.DEMONSTRATION);
    List<Prompt> prompts = new ArrayList<>();
    for (int i = 1; i <= 60; i++) {
      prompts.add(Prompt.plain("p" + i, "Write a poem " + i + " to user" + i + "@example.com"));
    }
    Path file = APP.folder().resolve("prompts.jsonl");
    DataFiles.writePrompts(file, prompts);
    PromptIntake.Settings settings =
        new PromptIntake.Settings(List.of(), false, 0, 0, 0, 0, 0, 1, true);
    new ImportStore(APP.database())
        .add(campaign, CampaignImport.prompts(file, ColumnNames.ours(), settings), null);
    Browser lead = Browser.of(APP.server(), APP.setting().person("lead2", PersonRole.LEAD));
    String second = lead.get("/campaigns/reviewed?review=2").body();
    assertThat(second).contains("Waiting for your look (60)").contains("Prompts 26 to 50 of 60");
    List<String> decisions =
        Pattern.compile("action=\"(/campaigns/reviewed/held/[^\"]+)\"")
            .matcher(second)
            .results()
            .map(match -> match.group(1))
            .toList();
    assertThat(decisions).hasSize(25);
    var decided = lead.form(decisions.get(0), "decision=RELEASED".getBytes(StandardCharsets.UTF_8));
    assertThat(decided.headers().firstValue("Location"))
        .contains("/campaigns/reviewed?review=2#review");
    assertThat(lead.get("/campaigns/reviewed?review=2").body()).contains("26 to 50 of 59");
    assertThat(APP.stores().items().of(campaign.id())).hasSize(1);
  }
}
