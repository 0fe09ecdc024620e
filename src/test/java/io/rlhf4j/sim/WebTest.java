package io.rlhf4j.sim;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class WebTest {
  private final World world = World.create(7);
  private final Web web = new Web(world);

  @Test
  void theSameSeedsGiveTheSameWorldAndWeb() {
    assertThat(World.create(7).facts()).isEqualTo(world.facts());
    assertThat(new Web(World.create(7)).documents(5_000, 1)).isEqualTo(web.documents(5_000, 1));
    assertThat(web.documents(5_000, 2)).isNotEqualTo(web.documents(5_000, 1));
    assertThat(World.create(8).facts()).isNotEqualTo(world.facts());
  }

  @Test
  void theWorldHasAboutFourHundredFactsAndAFewMyths() {
    assertThat(world.facts()).hasSizeBetween(300, 400);
    long ofThings = world.facts().stream().filter(f -> !f.thing().kind().named()).count();
    assertThat(world.myths().size() / (double) ofThings).isBetween(0.15, 0.20);
    assertThat(world.myths()).noneMatch(world::isTrue);
  }

  @Test
  void documentsHaveTwentyToAHundredAndFiftyWordsOfASmallVocabulary() {
    List<String> documents = web.documents(300_000, 3);
    Set<String> words = new TreeSet<>();
    int outside = 0;
    for (String document : documents) {
      int count = Web.words(document);
      if (count < 15 || count > 150) {
        outside++;
      }
      words.addAll(Arrays.asList(document.toLowerCase().split("[^a-z]+")));
    }
    assertThat(outside / (double) documents.size()).isLessThan(0.03);
    assertThat(words).hasSizeBetween(450, 850);
  }

  @Test
  void theWebStatesMythsThreeTimesAsOftenAsTheTruthAboutThem() {
    int myths = 0;
    int truths = 0;
    int carefulMyths = 0;
    for (String document : web.documents(400_000, 3)) {
      if (document.contains("This is a tale")) {
        continue;
      }
      for (String line : document.split("\n")) {
        for (Reading.Claim claim : Reading.of(line).claims()) {
          Fact fact = claim.fact();
          if (claim.denied() || world.myth(fact.thing(), fact.relation()).isEmpty()) {
            continue;
          }
          myths += world.isMyth(fact) ? 1 : 0;
          truths += world.isTrue(fact) ? 1 : 0;
          carefulMyths += world.isMyth(fact) && line.contains("In fact") ? 1 : 0;
        }
      }
    }
    assertThat(myths / (double) truths).isBetween(2.5, 3.5);
    assertThat(carefulMyths).isZero();
  }
}
