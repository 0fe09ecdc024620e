package io.rlhf4j.data;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Function;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;

/** Whatever is written is read back equal. */
class DataFilesRoundTripTest {
  @Property(tries = 50)
  void demonstrationsComeBackEqual(@ForAll("demonstrations") List<Demonstration> rows)
      throws IOException {
    check(rows, DataFiles::writeDemonstrations, DataFiles::readDemonstrations);
  }

  @Property(tries = 50)
  void ratingsComeBackEqual(@ForAll("ratings") List<Rating> rows) throws IOException {
    check(rows, DataFiles::writeRatings, DataFiles::readRatings);
    List<Completion> completions = rows.stream().map(Rating::completion).toList();
    check(completions, DataFiles::writeCompletions, DataFiles::readCompletions);
  }

  @Property(tries = 50)
  void rankingsAndTheirComparisonsComeBackEqual(@ForAll("rankings") List<Ranking> rows)
      throws IOException {
    check(rows, DataFiles::writeRankings, DataFiles::readRankings);
    List<Comparison> comparisons = rows.stream().flatMap(r -> r.comparisons().stream()).toList();
    check(comparisons, DataFiles::writeComparisons, DataFiles::readComparisons);
  }

  @Property(tries = 50)
  void promptsComeBackEqual(@ForAll("prompts") Prompt prompt) throws IOException {
    check(List.of(prompt), DataFiles::writePrompts, DataFiles::readPrompts);
  }

  private static <T> void check(
      List<T> rows, BiConsumer<Path, List<T>> writer, Function<Path, List<T>> reader)
      throws IOException {
    Path file = Files.createTempFile("rows", ".jsonl");
    try {
      writer.accept(file, rows);
      assertThat(reader.apply(file)).isEqualTo(rows);
    } finally {
      Files.deleteIfExists(file);
    }
  }

  /** Every Unicode character but the halves of pairs, line breaks and quotes included. */
  static Arbitrary<String> texts() {
    return Arbitraries.strings()
        .all()
        .withChars("\n\r\t\"\\\u2028")
        .ofMaxLength(20)
        .filter(text -> text.codePoints().noneMatch(c -> c >= 0xD800 && c <= 0xDFFF));
  }

  @Provide
  static Arbitrary<Prompt> prompts() {
    Arbitrary<Message> message =
        Combinators.combine(Arbitraries.of(Role.class), texts()).as(Message::new);
    return Combinators.combine(
            texts(),
            message.list().ofMinSize(1).ofMaxSize(4),
            texts().injectNull(0.5),
            Arbitraries.of(UseCase.class).injectNull(0.5),
            Arbitraries.of(PromptKind.class),
            Arbitraries.of(Split.class))
        .as(Prompt::new);
  }

  @Provide
  static Arbitrary<List<Demonstration>> demonstrations() {
    return Combinators.combine(prompts(), texts(), texts())
        .as(Demonstration::new)
        .list()
        .ofMaxSize(3);
  }

  @Provide
  static Arbitrary<List<Rating>> ratings() {
    Arbitrary<Completion> completion =
        Combinators.combine(prompts(), texts(), texts(), Arbitraries.of(true, false))
            .as(Completion::new);
    return Combinators.combine(
            completion, texts(), Arbitraries.integers().between(1, 7), metadata())
        .as(Rating::new)
        .list()
        .ofMaxSize(3);
  }

  @Provide
  static Arbitrary<List<Ranking>> rankings() {
    return Arbitraries.integers()
        .between(2, 9)
        .flatMap(
            k ->
                Combinators.combine(
                        prompts(),
                        texts().list().ofSize(k),
                        Arbitraries.integers().between(1, k).list().ofSize(k),
                        optional(texts(), k),
                        optional(Arbitraries.integers().between(1, 7), k),
                        optional(metadata(), k),
                        texts())
                    .as(Ranking::new))
        .list()
        .ofMaxSize(3);
  }

  private static <T> Arbitrary<List<T>> optional(Arbitrary<T> values, int k) {
    return Arbitraries.of(true, false)
        .flatMap(there -> there ? values.list().ofSize(k) : Arbitraries.just(List.of()));
  }

  private static Arbitrary<Metadata> metadata() {
    return Arbitraries.of(true, false)
        .injectNull(0.5)
        .list()
        .ofSize(11)
        .map(
            a ->
                new Metadata(
                    a.get(0), a.get(1), a.get(2), a.get(3), a.get(4), a.get(5), a.get(6), a.get(7),
                    a.get(8), a.get(9), a.get(10)));
  }
}
