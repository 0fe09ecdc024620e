package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.rlhf4j.data.DatasetReader.Exchange;
import io.rlhf4j.data.DatasetReader.Row;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PartitionTest {
  @TempDir Path folder;

  private static Row row(String... prompts) {
    return new Row(
        JsonNodeFactory.instance.textNode(String.join("|", prompts)),
        Arrays.stream(prompts)
            .map(text -> new Exchange(Prompt.plain(text, text), List.of("yes")))
            .toList());
  }

  private static Partition halves(long seed) {
    return new Partition(0.25, 0.25, seed, Partition.By.PROMPT);
  }

  /** Where each row went, by its text. */
  private static Map<String, Split> parts(List<Partition.Dealt> dealt) {
    return dealt.stream()
        .collect(
            Collectors.toMap(d -> d.row().json().asText(), Partition.Dealt::split, (a, b) -> a));
  }

  @Property(tries = 100)
  void noPromptStandsInTwoParts(
      @ForAll long seed, @ForAll @IntRange(min = 1, max = 200) int count) {
    Random random = new Random(seed);
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      rows.add(
          random.nextInt(4) > 0
              ? row("p" + random.nextInt(60))
              : row("p" + random.nextInt(60), "p" + random.nextInt(60)));
    }
    Map<String, Split> where = new HashMap<>();
    for (Partition.Dealt dealt : halves(seed).deal(rows)) {
      for (Exchange exchange : dealt.row().exchanges()) {
        Split before = where.putIfAbsent(exchange.prompt().text(), dealt.split());
        assertThat(before == null || before == dealt.split()).isTrue();
      }
    }
  }

  @Test
  void theOrderOfTheRowsDoesNotMatterAndTheSeedDoes() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      rows.add(i % 3 == 0 ? row("p" + i, "p" + (i + 1)) : row("p" + i));
    }
    List<Row> shuffled = new ArrayList<>(rows);
    Collections.shuffle(shuffled, new Random(3));
    Map<String, Split> parts = parts(halves(1).deal(rows));
    assertThat(parts(halves(1).deal(shuffled))).isEqualTo(parts);
    assertThat(parts(halves(2).deal(rows))).isNotEqualTo(parts);
  }

  @Test
  void aPromptKeepsItsPartWhenOthersComeOrGo() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      rows.add(row("p" + i));
    }
    Map<String, Split> all = parts(halves(1).deal(rows));
    Map<String, Split> few = parts(halves(1).deal(rows.subList(40, 60)));
    assertThat(all).containsAllEntriesOf(few);
  }

  @Test
  void theSharesAreMetAbout() {
    List<Row> rows = new ArrayList<>();
    for (int i = 0; i < 4000; i++) {
      rows.add(row("p" + i));
    }
    Map<Split, Long> sizes =
        new Partition(0.1, 0.2, 7, Partition.By.PROMPT)
            .deal(rows).stream()
                .collect(Collectors.groupingBy(Partition.Dealt::split, Collectors.counting()));
    // Binomial: 400 and 800 with deviations of 19 and 25; four of them are allowed.
    assertThat(sizes.get(Split.VALID)).isBetween(324L, 476L);
    assertThat(sizes.get(Split.TEST)).isBetween(700L, 900L);
  }

  @Test
  void rowsThatAreLinkedThroughAThirdStayTogether() {
    for (long seed = 0; seed < 50; seed++) {
      Map<String, Split> parts =
          parts(halves(seed).deal(List.of(row("a"), row("b"), row("a", "b"), row("B  "))));
      assertThat(parts.values()).containsOnly(parts.get("a"));
    }
  }

  @Test
  void dialoguesCanGoByTheirLastTurn() {
    Prompt longer =
        new Prompt(
            "d",
            List.of(Message.user("Hi"), Message.assistant("Hello"), Message.user("Why?")),
            null,
            null,
            PromptKind.PLAIN,
            Split.TRAIN);
    Prompt alone = Prompt.plain("a", "why?");
    Partition byPrompt = new Partition(0, 0.5, 1, Partition.By.PROMPT);
    Partition byLastTurn = new Partition(0, 0.5, 1, Partition.By.LAST_TURN);
    assertThat(byPrompt.key(longer)).isNotEqualTo(byPrompt.key(alone));
    assertThat(byLastTurn.key(longer)).isEqualTo(byLastTurn.key(alone));
  }

  @Test
  void sharesThatLeaveNothingForTrainingAreRefused() {
    assertThatThrownBy(() -> new Partition(0.5, 0.5, 1, Partition.By.PROMPT))
        .isInstanceOf(InputException.class)
        .hasMessageContaining("leave something for training");
  }

  @Test
  void aRowOfADataSetHoldsEveryPromptWithItsCompletions() {
    Path file = folder.resolve("chats.jsonl");
    AtomicFile.write(file, "[\"hi\",\"hello\",\"how are you\",\"fine\"]\n");
    List<Row> rows = DatasetReader.open(file).rows();
    assertThat(rows).singleElement().extracting(Row::exchanges).asList().hasSize(2);
    assertThat(rows.get(0).exchanges().get(1).prompt().messages()).hasSize(3);
    assertThat(rows.get(0).exchanges().get(1).completions()).containsExactly("fine");
  }
}
